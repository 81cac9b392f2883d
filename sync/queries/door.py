"""Who waits at the door of a mailbox that lets in known people's mail only."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max

from inbox.actions.doors import UNKNOWN
from inbox.models import LedgerEntry, Mailbox, Welcome

MOST = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sender whose mail waits: how many, how the newest is called, and when it came."""

    address: str
    name: str
    count: int
    subject: str
    last_at: datetime | None


def waiting(mailbox: Mailbox) -> list[Waiting]:
    """The hundred senders whose mail came last; one query."""
    rows = LedgerEntry.objects.filter(
        mailbox=mailbox, reason=UNKNOWN, decision=LedgerEntry.Decision.SKIPPED, missing_since=None
    )
    groups = (
        rows.order_by()
        .values("sender")
        .annotate(
            count=Count("pk"),
            last_at=Max("internal_date"),
            name=Max("sender_name"),
            subjects=ArrayAgg("subject", order_by=["-internal_date", "-pk"]),
        )
    )
    return [
        Waiting(row["sender"], row["name"], row["count"], row["subjects"][0], row["last_at"])
        for row in groups.order_by("-last_at", "sender")[:MOST]
    ]


def count(mailbox: Mailbox) -> int:
    """How many mails wait."""
    rows = LedgerEntry.objects.filter(mailbox=mailbox, reason=UNKNOWN, missing_since=None)
    return rows.filter(decision=LedgerEntry.Decision.SKIPPED).count()


def welcome(mailbox: Mailbox) -> list[str]:
    """Those who are always let in."""
    rows = Welcome.objects.filter(mailbox=mailbox).order_by("address")
    return list(rows.values_list("address", flat=True))
