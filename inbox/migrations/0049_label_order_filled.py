"""The order of labelled and of unread conversations that are there already."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery

from crm.workspaces.backfill import Backfill, in_batches


def order(apps: Any, rows: Any) -> None:
    """Give a batch what its conversations say."""
    same = {name: OuterRef(name) for name in ("workspace", "thread", "mailbox")}
    entries = apps.get_model("inbox.MailboxThread").objects.filter(**same)
    rows.filter(last_at=None).update(last_at=Subquery(entries.values("last_at")[:1]))


STEPS = (in_batches("inbox.ThreadLabel", order), in_batches("inbox.ThreadUnread", order))


def order_all(apps: Any, workspace_id: int) -> None:
    for each in STEPS:
        each.step(apps, workspace_id)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0048_label_order_kept")]

    operations = [migrations.RunPython(Backfill(order_all, "order_all"), migrations.RunPython.noop)]
