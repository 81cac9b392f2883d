"""An index of the drafts that wait in each mailbox: those of teams are listed for all members."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("inbox", "0025_sweeps"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="draft",
            index=models.Index(
                condition=models.Q(("discarded_at", None), ("queued_at", None)),
                fields=["workspace", "mailbox"],
                name="draft_waiting",
            ),
        ),
    ]
