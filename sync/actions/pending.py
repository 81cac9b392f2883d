"""What a mailbox has still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from crm.workspaces import bulk
from inbox.models import LedgerEntry
from sync.actions import clock
from sync.actions.run import Run


@dataclass(slots=True)
class Pending:
    """A ledger entry on its way in; thousands are read at once, so it is no model instance."""

    pk: int
    folder_id: int
    generation: int
    number: int
    size: int | None
    internal_date: datetime | None
    flags: list[str]
    is_news: bool
    attempts: int
    reason: str
    blob_id: int | None


def rows(run: Run) -> QuerySet[LedgerEntry]:
    """What this mailbox has still to come; a transaction is open."""
    found: QuerySet[LedgerEntry] = LedgerEntry.objects.filter(
        Q(not_before=None) | Q(not_before__lte=clock.now()),
        mailbox=run.mailbox,
        decision=LedgerEntry.Decision.PENDING,
        missing_since=None,
    )
    return found


def save(entries: Sequence[Pending], columns: Sequence[str]) -> None:
    """Write these columns of the entries back into the ledger."""
    if entries:
        values = ((entry.pk, *(getattr(entry, name) for name in columns)) for entry in entries)
        bulk.update(LedgerEntry, columns, values)
