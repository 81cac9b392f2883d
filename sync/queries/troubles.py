"""What keeps mail from coming in."""

from dataclasses import dataclass

from django.db.models import Count

from inbox.actions.doors import UNKNOWN
from inbox.models import LedgerEntry, Mailbox
from sync.queries import words
from sync.queries.decisions import FINAL
from sync.queries.health import Decision


@dataclass(frozen=True, slots=True)
class Trouble:
    """Messages that were not stored, by reason."""

    reason: str
    decision: str
    title: str
    text: str
    count: int

    @property
    def waits(self) -> bool:
        """Whether it waits at the door, where it is let in."""
        return self.reason == UNKNOWN

    @property
    def can_try_again(self) -> bool:
        """Whether reading it once more may end otherwise."""
        return self.decision == Decision.FAILED and self.reason not in FINAL


def troubles(mailbox: Mailbox) -> list[Trouble]:
    """What was kept and not read, and what was left out, by reason."""
    rows = (
        LedgerEntry.objects.filter(
            mailbox=mailbox,
            missing_since=None,
            decision__in=[Decision.FAILED, Decision.SKIPPED],
        )
        .order_by()
        .values_list("decision", "reason")
        .annotate(Count("pk"))
    )
    found = []
    for decision, reason, count in sorted(rows):
        why = words.group(reason, count)
        found.append(Trouble(reason, decision, why.what, why.remedy, count))
    return found
