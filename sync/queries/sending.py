"""How sending from a mailbox stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from inbox.models import Mailbox, Message, Outgoing
from sync.queries.health import ledger

State = Outgoing.State


@dataclass(frozen=True, slots=True)
class Sending:
    """What left today and what has not."""

    sent_today: int
    queued: int
    failed: int
    unknown: int

    @property
    def needs_you(self) -> int:
        return self.failed + self.unknown


def sending(mailboxes: Sequence[Mailbox]) -> Sending:
    """The outbox of these mailboxes in four numbers; "today" is the reader's day."""
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Outgoing.objects.filter(mailbox__in=[box.pk for box in mailboxes])
    sums = rows.aggregate(
        sent_today=Count("pk", filter=Q(state=State.SENT, sent_at__gte=today)),
        queued=Count("pk", filter=Q(state__in=[State.QUEUED, State.SENDING])),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        unknown=Count("pk", filter=Q(state=State.UNKNOWN)),
    )
    return Sending(**sums)


def today(mailboxes: Sequence[Mailbox]) -> dict[str, int]:
    """New, sent, not sent and lost since the reader's midnight, over these mailboxes.

    Lost is what a server has in a folder read to its end and the ledger has not.
    """
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    new = Message.objects.filter(
        mailbox__in=[box.pk for box in mailboxes],
        origin=Message.Origin.LIVE,
        direction=Message.Direction.IN,
        created_at__gte=start,
    ).count()
    out = sending(mailboxes)
    lost = sum(max(0, line.gap) for box in mailboxes for line in ledger(box).folders)
    return {"new": new, "sent": out.sent_today, "failed": out.failed, "lost": lost}
