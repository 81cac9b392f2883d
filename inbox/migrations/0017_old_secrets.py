"""Codes, password resets, pay and bank mail that is there already is kept private."""

from typing import Any

from django.db import migrations

from crm.workspaces.backfill import in_batches
from inbox.mime import sensitive


def keep_private(apps: Any, rows: Any) -> None:
    """Find codes, password resets, pay and bank mail in a batch, and close what has them."""
    columns = ("pk", "sender_address", "subject", "recipient_count", "attachment_count")
    came = rows.filter(direction="in", sensitive="").values_list(*columns)
    meant = {row[0]: row for row in came if sensitive.may_be(row[1], row[2])}
    bodies = apps.get_model("inbox.MessageBody")._base_manager.using("default")
    texts = dict(bodies.filter(message__in=list(meant)).values_list("message_id", "text"))
    entries = apps.get_model("inbox.MailboxThread")._base_manager.using("default")
    for pk, (_pk, sender, subject, recipients, files) in meant.items():
        rule = sensitive.of(
            sender=sender,
            subject=subject,
            text=texts.get(pk, ""),
            recipients=recipients,
            has_files=files > 0,
        )
        if not rule:
            continue
        rows.filter(pk=pk).update(sensitive=rule)
        thread, mailbox = rows.values_list("thread_id", "mailbox_id").get(pk=pk)
        held = entries.filter(thread=thread, mailbox=mailbox)
        held.update(sensitive=rule)
        shared = held.filter(visibility="shared", lifted_at=None)
        kind = apps.get_model("inbox.Mailbox")._base_manager.using("default").get(pk=mailbox).kind
        shared.update(visibility="team" if kind == "team" else "private")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0016_old_links")]

    operations = [
        migrations.RunPython(in_batches("inbox.Message", keep_private), migrations.RunPython.noop),
    ]
