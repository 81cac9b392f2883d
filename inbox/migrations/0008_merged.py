"""Threads that were merged, by what they became: asked for whenever a thread goes."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("inbox", "0007_folder_unread")]

    operations = [
        AddIndexConcurrently(
            "thread",
            models.Index(
                fields=["workspace", "merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="thread_merged",
            ),
        )
    ]
