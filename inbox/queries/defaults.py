"""What another default of a mailbox would mean for the conversations it has already."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from inbox.models import Mailbox, MailboxThread, ThreadLink, Visibility


@dataclass(frozen=True, slots=True)
class Effect:
    """How many conversations there are, stand otherwise, and are linked or kept private of them."""

    total: int
    other: int
    linked: int
    kept: int


def effect(mailbox: Mailbox, visibility: str) -> Effect:
    """Counted in three queries; `linked` are those that colleagues would read, or read now."""
    rows = MailboxThread.objects.filter(mailbox=mailbox)
    other = rows.exclude(visibility=visibility)
    kept = 0
    if visibility == Visibility.SHARED:
        held = other.filter(lifted_at=None).exclude(sensitive="")
        kept, other = held.count(), other.exclude(pk__in=held)
    links = ThreadLink.objects.filter(thread=OuterRef("thread"), undone_at=None)
    return Effect(rows.count(), other.count(), other.filter(Exists(links)).count(), kept)
