"""What becomes of a mailbox's mail when it becomes a team's, or one member's."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from inbox.models import (
    Draft,
    Mailbox,
    MailboxThread,
    Outgoing,
    ThreadGuest,
    ThreadLink,
    Visibility,
)

LEAVING = (Outgoing.State.QUEUED, Outgoing.State.SENDING, Outgoing.State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Effect:
    """How much there is of what changes hands.

    `threads` conversations, of them `linked` shared and with a record, `guests` those into which
    somebody was let by a mention, `kept` those with codes, passwords, pay or bank, and `assigned`;
    `drafts` that wait, and `waiting` mails on their way.
    """

    threads: int
    linked: int
    guests: int
    kept: int
    assigned: int
    drafts: int
    waiting: int


def effect(mailbox: Mailbox) -> Effect:
    """What another mode would touch; counted in three queries."""
    links = ThreadLink.objects.filter(thread=OuterRef("thread"), undone_at=None)
    guests = ThreadGuest.objects.filter(thread=OuterRef("thread"), mailbox=OuterRef("mailbox"))
    found = MailboxThread.objects.filter(mailbox=mailbox).aggregate(
        threads=Count("pk"),
        linked=Count("pk", filter=Q(visibility=Visibility.SHARED) & Q(Exists(links))),
        guests=Count("pk", filter=Q(Exists(guests))),
        kept=Count("pk", filter=Q(lifted_at=None) & ~Q(sensitive="")),
        assigned=Count("pk", filter=Q(assignee__isnull=False)),
    )
    begun = Draft.objects.filter(mailbox=mailbox, queued_at=None, discarded_at=None)
    leaving = Outgoing.objects.filter(mailbox=mailbox, state__in=LEAVING)
    return Effect(drafts=begun.count(), waiting=leaving.count(), **found)
