"""A person overrules a decision."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.models import Folder, LedgerEntry, Mailbox, Message
from sync.actions import connect

Decision = LedgerEntry.Decision
FOLDER_OFF = "folder_off"


@transaction.atomic
def import_anyway(
    *, by: Membership, mailbox: Mailbox, entries: Sequence[LedgerEntry], at: datetime
) -> None:
    """Bring in what was left out, and read once more what could not be read."""
    wanted = [e for e in entries if e.decision in (Decision.SKIPPED, Decision.FAILED)]
    if not wanted:
        return
    unread = [entry.message_id for entry in wanted if entry.message_id is not None]
    # A bare listing makes room for the whole mail, read from the same bytes
    Message.objects.filter(pk__in=unread, quality=Message.Quality.RAW_ONLY).update(deleted_at=at)
    LedgerEntry.objects.filter(pk__in=[entry.pk for entry in wanted]).update(
        decision=Decision.PENDING,
        reason="",
        message=None,
        attempts=0,
        not_before=None,
        decided_at=None,
    )
    timeline.record("ledger.overruled", by=by, about=[mailbox], at=at, data={"count": len(wanted)})
    connect.make_due(mailbox=mailbox, at=at)


@transaction.atomic
def choose_folders(
    *, by: Membership, mailbox: Mailbox, chosen: Sequence[Folder], at: datetime
) -> None:
    """Read these folders and no others; what waits in others is left out, and says why."""
    wanted = {folder.pk for folder in chosen}
    for folder in Folder.objects.filter(mailbox=mailbox):
        if folder.is_synced == (folder.pk in wanted):
            continue
        folder.is_synced = folder.pk in wanted
        folder.save(update_fields=["is_synced"])
        rows = LedgerEntry.objects.filter(folder=folder)
        if folder.is_synced:
            rows.filter(decision=Decision.SKIPPED, reason=FOLDER_OFF).update(
                decision=Decision.PENDING, reason="", decided_at=None
            )
        else:
            rows.filter(decision=Decision.PENDING).update(
                decision=Decision.SKIPPED, reason=FOLDER_OFF, decided_at=at
            )
    timeline.record("mailbox.changed", by=by, about=[mailbox], at=at)
    connect.make_due(mailbox=mailbox, at=at)
