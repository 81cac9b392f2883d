"""The order of labelled conversations that are there already."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery

from crm.workspaces.backfill import in_batches


def order(apps: Any, rows: Any) -> None:
    """Give the labels of a batch what their conversations say."""
    same = {name: OuterRef(name) for name in ("workspace", "thread", "mailbox")}
    entries = apps.get_model("inbox.MailboxThread").objects.filter(**same)
    rows.filter(last_at=None).update(last_at=Subquery(entries.values("last_at")[:1]))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0048_label_order_kept")]

    operations = [
        migrations.RunPython(in_batches("inbox.ThreadLabel", order), migrations.RunPython.noop),
    ]
