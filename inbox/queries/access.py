"""Who may read what; every other read of mail begins here.

A member reads the mailboxes that are his, and those of teams he is in. Of others he
reads what is shared and linked to a record he can see, and what he was mentioned in by
whoever it belongs to. Nobody's role opens more.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Value

from crm.contacts.models import PersonEmail
from crm.fields import queries as records
from crm.fields.models import kinds
from crm.workspaces import queries
from crm.workspaces.models import Membership, Role
from crm.workspaces.statements import Statement
from inbox.models import (
    LinkedMessage,
    Mailbox,
    MailboxThread,
    Message,
    Participant,
    ThreadGuest,
    ThreadLink,
    Visibility,
)
from inbox.queries import workers


def mailboxes(member: Membership) -> QuerySet[Mailbox]:
    """The mailboxes a member works in: his own, and those of his teams."""
    mine: QuerySet[Mailbox] = Mailbox.objects.filter(
        Q(kind=Mailbox.Kind.PERSONAL, owner_id=member.pk) | workers.has(member)
    )
    return mine.exclude(state=Mailbox.State.DELETED)


def _own() -> QuerySet[Mailbox, int]:
    found = mailboxes(queries.stand_in(Role.MEMBER))
    return found.order_by("pk").values_list("pk", flat=True)


OWN = Statement(_own)


def mailbox_ids(member: Membership) -> list[int]:
    """The ids of the mailboxes a member works in, for queries that walk an index of each."""
    return OWN.rows(me=member.pk)


def entries(member: Membership, own: Iterable[int] | None = None) -> QuerySet[MailboxThread]:
    """Everything of every thread that the member may read."""
    found: QuerySet[MailboxThread] = MailboxThread.objects.filter(
        _mine_or_shared(member, own, "thread")
    )
    return found


def messages(member: Membership, own: Iterable[int] | None = None) -> QuerySet[Message]:
    """Every message the member may read, deleted ones left out."""
    ids = list(own) if own is not None else mailbox_ids(member)
    shared = MailboxThread.objects.filter(
        thread=OuterRef("thread"), mailbox=OuterRef("mailbox"), visibility=Visibility.SHARED
    )
    found: QuerySet[Message] = Message.objects.filter(
        Q(mailbox__in=ids)
        | (Exists(shared) & Exists(_links("thread", member)))
        | Exists(_let_in(member)),
        deleted_at=None,
    )
    return found


def readers(*, thread_id: int, mailbox_ids: Iterable[int]) -> set[int]:
    """The members who may read what these mailboxes hold of a thread; private mail has one.

    One statement, and those of its records where it is shared.
    """
    ids = list(mailbox_ids)
    guests = ThreadGuest.objects.filter(thread=thread_id, mailbox__in=ids)
    shared = MailboxThread.objects.filter(
        thread=thread_id, mailbox__in=ids, visibility=Visibility.SHARED
    )
    # None says that it is shared: nobody has that id
    told = shared.order_by().values_list(Value(None, BigIntegerField()), flat=True)
    first, *others = workers.rows(ids)
    let_in = guests.order_by().values_list("member_id", flat=True)
    found = set(first.exclude(owner=None).union(*others, let_in, told))
    if None in found:
        found |= records.seers(records_of(thread_id))
    return found - {None}


def records_of(thread_id: int) -> list[Any]:
    """Every record a thread is linked to, hidden ones among them; a query for each kind."""
    rows = ThreadLink.objects.filter(thread=thread_id, undone_at=None)
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, pk in rows.values_list("kind", "object_id"):
        by_kind[kind].append(pk)
    known = kinds()
    return [
        record
        for kind, pks in by_kind.items()
        if kind in known
        for record in known[kind].objects.filter(pk__in=pks, trashed_at=None)
    ]


def links(member: Membership, own: Iterable[int] | None = None) -> QuerySet[ThreadLink]:
    """Links made by hand, and those that mail accounts for which the member may read.

    A colleague's private mail in the same thread links it too, but tells nobody whom he
    writes to, nor to what he linked only that.
    """
    own = mailbox_ids(member) if own is None else list(own)
    known = PersonEmail.objects.filter(person=OuterRef(OuterRef("object_id"))).values("address")
    readable = messages(member, own).filter(thread=OuterRef(OuterRef("thread")))
    taking_part = Participant.objects.filter(message__in=readable)
    accounted = Q(Exists(taking_part.filter(address=OuterRef("why"))))
    accounted |= Q(Exists(taking_part.filter(address__in=known)), kind="person")
    chosen = Q(source=ThreadLink.Source.MANUAL) & (
        ~Q(Exists(LinkedMessage.objects.filter(link=OuterRef("pk"))))
        | Q(Exists(singles(member, own).filter(link=OuterRef("pk"))))
    )
    found: QuerySet[ThreadLink] = ThreadLink.objects.filter(chosen | accounted, undone_at=None)
    return found


def singles(member: Membership, own: Iterable[int] | None = None) -> QuerySet[LinkedMessage]:
    """Those of the messages that links mean which lie where the member may read."""
    here = entries(member, own).filter(
        thread=OuterRef("message__thread"), mailbox=OuterRef("message__mailbox")
    )
    found: QuerySet[LinkedMessage] = LinkedMessage.objects.filter(Exists(here))
    return found


def _mine_or_shared(member: Membership, own: Iterable[int] | None, thread: str) -> Q:
    ids = list(own) if own is not None else mailbox_ids(member)
    return (
        Q(mailbox__in=ids)
        | (Q(visibility=Visibility.SHARED) & Q(Exists(_links(thread, member))))
        | Q(Exists(_let_in(member)))
    )


def _let_in(member: Membership) -> QuerySet[ThreadGuest]:
    """For rows with a thread and a mailbox: the member was mentioned there, and let in by that."""
    found: QuerySet[ThreadGuest] = ThreadGuest.objects.filter(
        thread=OuterRef("thread"), mailbox=OuterRef("mailbox"), member_id=member.pk
    )
    return found


def _links(thread: str, member: Membership) -> QuerySet[ThreadLink]:
    """Links to records that the member sees."""
    seen = Q(pk__in=[])
    for kind, model in kinds().items():
        rows = model.objects.visible_to(member).filter(pk=OuterRef("object_id"))
        seen |= Q(Exists(rows), kind=kind)
    found: QuerySet[ThreadLink] = ThreadLink.objects.filter(
        seen, thread=OuterRef(thread), undone_at=None
    )
    return found
