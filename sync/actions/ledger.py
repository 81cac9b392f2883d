"""A person overrules a decision."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.models import LedgerEntry, Mailbox, Message
from sync.actions import waking

Decision = LedgerEntry.Decision


class NothingToImport(Exception):
    """The message is stored already, or on its way."""


@transaction.atomic
def import_anyway(*, by: Membership, entry: LedgerEntry, at: datetime) -> LedgerEntry:
    """Bring in one message that was left out or not read; raises NothingToImport for others."""
    if not read_again(by=by, mailbox=entry.mailbox, entries=[entry], at=at):
        raise NothingToImport
    entry.refresh_from_db()
    return entry


@transaction.atomic
def read_again(
    *, by: Membership, mailbox: Mailbox, entries: Sequence[LedgerEntry], at: datetime
) -> int:
    """Bring in what was left out and read once more what could not be read; how many that are."""
    wanted = [e for e in entries if e.decision in (Decision.SKIPPED, Decision.FAILED)]
    if not wanted:
        return 0
    read_anew(entries=wanted, at=at)
    LedgerEntry.objects.filter(pk__in=[entry.pk for entry in wanted]).update(is_wanted=True)
    timeline.record("ledger.overruled", by=by, about=[mailbox], at=at, data={"count": len(wanted)})
    waking.make_due(mailbox=mailbox, at=at)
    return len(wanted)


def read_anew(*, entries: Sequence[LedgerEntry], at: datetime) -> None:
    """Have these read once more, from kept bytes where there are any; records nothing."""
    unread = [entry.message_id for entry in entries if entry.message_id is not None]
    # A bare listing makes room for the whole mail, read from the same bytes
    rows = Message.objects.filter(pk__in=unread, deleted_at=None)
    rows.filter(Q(quality=Message.Quality.RAW_ONLY) | Q(bodies=None)).update(deleted_at=at)
    kept = Message.objects.filter(pk=OuterRef("message")).values("blob")
    LedgerEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(
        decision=Decision.PENDING,
        reason="",
        blob=Coalesce("blob", Subquery(kept)),
        message=None,
        attempts=0,
        not_before=None,
        decided_at=None,
    )
