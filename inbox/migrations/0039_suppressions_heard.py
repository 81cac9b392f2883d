"""Which rows of the suppression list a report put there: those that name its mailbox."""

from typing import Any

from django.db import migrations

from crm.workspaces.backfill import in_batches


def mark(apps: Any, rows: Any) -> None:
    rows.filter(mailbox__isnull=False, is_heard=False).update(is_heard=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0038_suppression_heard")]

    operations = [
        migrations.RunPython(in_batches("inbox.Suppression", mark), migrations.RunPython.noop)
    ]
