"""Which drafts several members wrote: nobody noted it, so those of a team's mailbox are the team's."""

from typing import Any

from django.db import migrations

from crm.workspaces.backfill import in_batches


def belong(apps: Any, rows: Any) -> None:
    rows.filter(mailbox__kind="team", is_shared=False).update(is_shared=True)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0033_draft_shared")]

    operations = [
        migrations.RunPython(in_batches("inbox.Draft", belong), migrations.RunPython.noop)
    ]
