"""Conversations by whose they are."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("inbox", "0019_assignee")]

    operations = [
        AddIndexConcurrently(
            "mailboxthread",
            models.Index(
                fields=["workspace", "mailbox", "assignee", "place", "-last_at", "-thread"],
                condition=models.Q(assignee__isnull=False),
                name="entry_assigned",
            ),
        )
    ]
