"""How far the import of a mailbox is."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from inbox.models import LedgerEntry, Mailbox
from sync.queries.health import Sums


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is; the rate is messages a second over the last minute, 0 unknown."""

    done: int
    total: int
    rate: int
    minutes_left: int


def percent(sums: Sums) -> int:
    """How much of a mailbox is decided, rounded down so that 100 means all of it."""
    return 100 * sums.decided // sums.total if sums.total else 0


def progress(mailbox: Mailbox, sums: Sums) -> Progress | None:
    """The import bar; None for a mailbox in step."""
    importing = mailbox.state in (Mailbox.State.BACKFILLING, Mailbox.State.CONNECTING)
    if not importing or not sums.total:
        return None
    since = timezone.now() - timedelta(minutes=1)
    done = LedgerEntry.objects.filter(mailbox=mailbox, decided_at__gte=since).count()
    left = -(-sums.pending // max(done, 1))
    return Progress(sums.decided, sums.total, done // 60, left if done >= 60 else 0)
