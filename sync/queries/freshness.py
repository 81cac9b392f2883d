"""How long new mail takes from the server to the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from inbox.models import Mailbox, Message, MessageBody

HOURS = 24


@dataclass(frozen=True, slots=True)
class Hour:
    """The mail that arrived in one hour; `seconds` is the median wait, None without mail."""

    start: datetime
    count: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """The waits of the last 24 hours, oldest hour first; `seconds` is the median of all."""

    hours: list[Hour]
    count: int
    seconds: float | None

    @property
    def slowest(self) -> Hour | None:
        """The hour with the longest wait."""
        waited = [hour for hour in self.hours if hour.seconds is not None]
        return max(waited, key=lambda hour: hour.seconds or 0, default=None)


def freshness(mailboxes: Sequence[Mailbox], *, at: datetime) -> Freshness:
    """The waits of the mail that arrived in these mailboxes since 23 hours before this one began.

    A wait runs from the server's own time of arrival, which knows whole seconds only, to the
    moment the mail stood in the inbox. Imported history and one's own mail do not count.
    """
    start = at.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    rows = MessageBody.objects.filter(
        mailbox__in=[box.pk for box in mailboxes],
        received_at__gte=start,
        message__origin=Message.Origin.LIVE,
        message__direction=Message.Direction.IN,
    ).values_list("received_at", "message__created_at")
    waits: list[list[float]] = [[] for _hour in range(HOURS)]
    for received, shown in rows:
        place = min(HOURS - 1, int((received - start) / timedelta(hours=1)))
        waits[place].append(max(0.0, (shown - received).total_seconds()))
    hours = [
        Hour(start + timedelta(hours=place), len(found), median(found) if found else None)
        for place, found in enumerate(waits)
    ]
    everything = [wait for found in waits for wait in found]
    return Freshness(hours, len(everything), median(everything) if everything else None)
