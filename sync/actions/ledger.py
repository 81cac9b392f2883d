"""What a person decides about a line of the ledger."""

from datetime import datetime

from django.db import transaction

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.models import LedgerEntry
from sync.actions import connect

Decision = LedgerEntry.Decision


class NothingToImport(Exception):
    """The message is stored already, or on its way."""


def import_anyway(*, entry: LedgerEntry, by: Membership, at: datetime) -> LedgerEntry:
    """Fetch and read a message that was left out or could not be read; raises NothingToImport."""
    with transaction.atomic():
        row: LedgerEntry = (
            LedgerEntry.objects.select_for_update(of=("self",))
            .select_related("mailbox", "folder", "message")
            .get(pk=entry.pk)
        )
        if row.decision not in (Decision.SKIPPED, Decision.FAILED):
            raise NothingToImport
        row.decision, row.reason, row.decided_at = Decision.PENDING, "", None
        row.attempts, row.not_before = 0, None
        row.save(update_fields=["decision", "reason", "decided_at", "attempts", "not_before"])
        timeline.record("ledger.import_asked", by=by, about=[row.mailbox], at=at)
        connect.make_due(mailbox=row.mailbox, at=at)
    return row
