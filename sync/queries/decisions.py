"""The ledger, page by page."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from inbox.models import LedgerEntry, Mailbox

Decision = LedgerEntry.Decision
PAGE = 50
# Reading these again would end the same way
FINAL = ("too_large", "gone_before_fetch")


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the ledger is asked for; empty words ask for everything."""

    decision: str = ""
    reason: str = ""
    folder: str = ""
    after: int = 0


def counts(mailbox: Mailbox, filters: Filters) -> list[tuple[str, str, int]]:
    """(value, label, count) of every decision, and first of all of them as "".

    Of what the other filters let through; absent messages are left out.
    """
    rows = dict(
        _narrowed(mailbox, filters).order_by().values_list("decision").annotate(Count("pk"))
    )
    every = [(d.value, str(d.label), rows.get(d.value, 0)) for d in Decision]
    return [("", _("All"), sum(rows.values())), *every]


def _narrowed(mailbox: Mailbox, filters: Filters) -> QuerySet[LedgerEntry]:
    """The entries of a folder and for a reason, whatever was decided."""
    rows: QuerySet[LedgerEntry] = LedgerEntry.objects.filter(mailbox=mailbox, missing_since=None)
    if filters.reason:
        rows = rows.filter(reason=filters.reason)
    return rows.filter(folder__uid=filters.folder) if filters.folder else rows


def page(mailbox: Mailbox, filters: Filters) -> tuple[list[LedgerEntry], int]:
    """Fifty entries, newest listing first, and the key of the next page (0 for none)."""
    rows = _narrowed(mailbox, filters)
    if filters.decision in Decision.values:
        rows = rows.filter(decision=filters.decision)
    if filters.after:
        rows = rows.filter(pk__lt=filters.after)
    found = list(
        rows.select_related("folder", "message", "message__thread").order_by("-pk")[: PAGE + 1]
    )
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0
