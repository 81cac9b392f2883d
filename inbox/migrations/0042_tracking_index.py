"""Conversations that hold something tracked are few and looked up: the index."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0041_tracking")]

    operations = [
        AddIndexConcurrently(
            model_name="mailboxthread",
            index=models.Index(
                condition=models.Q(("is_tracked", True)),
                fields=["workspace", "mailbox"],
                name="entry_tracked",
            ),
        ),
    ]
