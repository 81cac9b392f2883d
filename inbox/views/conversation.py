"""An open conversation: its messages, who is in it, who may read it, where one answers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from crm.contacts.models import Person
from crm.workspaces.middleware import MemberRequest
from inbox.actions import answering
from inbox.models import Draft, Mailbox, MailboxThread, Message, Thread, ThreadLink
from inbox.queries import audience, lists, reading
from inbox.views import messages as letters
from inbox.views import outgoing as leaving
from inbox.views.listing import Asked

OTHERS = 5


@dataclass(slots=True)
class Conversation:
    """What inbox/conversation.html takes."""

    uid: UUID
    subject: str
    place: str
    visibility: str
    can_share: bool
    reader_count: int
    mailbox: Mailbox
    messages: list[letters.ShownMessage]
    earlier_count: int
    is_unread: bool = False
    outgoing: list[leaving.ShownOutgoing] = field(default_factory=list)
    position: int | None = None
    total: int | None = None


@dataclass(slots=True)
class PersonFacts:
    """The person a conversation belongs to."""

    uid: UUID
    name: str
    email: str
    phone: str = ""
    title: str = ""
    organization: str = ""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who is on the other side."""

    name: str
    address: str


@dataclass(slots=True)
class Dock:
    """Where one answers; without `answers` one cannot."""

    answers: UUID | None = None
    name: str = ""
    cc: str = ""
    can_reply_all: bool = False
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """Another conversation with the same person."""

    url: str
    subject: str
    last_at: datetime


def page(request: MemberRequest, uid: UUID) -> reading.ThreadPage:
    """The conversation as the member may see it; raises Http404."""
    try:
        return reading.thread(request.member, uid)
    except Thread.DoesNotExist as error:
        raise Http404 from error


def context(request: MemberRequest, found: reading.ThreadPage, what: Asked) -> dict[str, Any]:
    """What inbox/reading.html takes, in a constant number of queries."""
    who = letters.reader(request, found)
    entry = (found.own_entries or found.entries)[0]
    readers = audience.audience(found, request.member)
    other = _correspondent(found, who)
    person = _person(found, other)
    others = _others(request, found, person, what)
    return {
        "conversation": _conversation(request, found, entry, who, len(readers)),
        "person": _facts(person) if person else None,
        "correspondent": other,
        "why_linked": _why(found.links, person),
        "readers": readers,
        "others": others,
        "others_count": len(others),
        "dock": dock(request, found, who),
        "list_url": what.url(),
    }


def _conversation(
    request: MemberRequest,
    found: reading.ThreadPage,
    entry: MailboxThread,
    who: letters.Reader,
    reader_count: int,
) -> Conversation:
    rows, earlier = letters.shown(found, who)
    return Conversation(
        uid=found.thread.uid,
        subject=entry.subject,
        place=entry.place,
        visibility=entry.visibility,
        can_share=entry.mailbox_id in found.own_ids,
        reader_count=reader_count,
        mailbox=found.mailboxes[entry.mailbox_id],
        messages=rows,
        earlier_count=earlier,
        is_unread=any(each.unread_count for each in found.own_entries),
        outgoing=[leaving.shown(request, row, found.mailboxes) for row in found.outgoing],
    )


def _correspondent(found: reading.ThreadPage, who: letters.Reader) -> Correspondent | None:
    """The first person in the conversation who is not the reader."""
    for item in found.messages:
        for person in item.people:
            if person.address and person.address not in who.addresses:
                return Correspondent(person.name, person.address)
    return None


def _person(found: reading.ThreadPage, other: Correspondent | None) -> Person | None:
    """The linked person who writes here, else the first one linked."""
    for person in found.people:
        if other and other.address in {email.address for email in person.emails.all()}:
            return person
    return found.people[0] if found.people else None


def _facts(person: Person) -> PersonFacts:
    emails = sorted(person.emails.all(), key=lambda email: (not email.is_primary, email.pk))
    return PersonFacts(person.uid, person.name, emails[0].address if emails else "")


def _why(links: list[ThreadLink], person: Person | None) -> str:
    link = next(
        (k for k in links if person and k.kind == "person" and k.object_id == person.pk), None
    )
    if link is None:
        return ""
    if link.source == ThreadLink.Source.MANUAL:
        return _("Linked by hand.")
    return _("Linked because %(address)s writes here.") % {"address": link.why}


def _others(
    request: MemberRequest, found: reading.ThreadPage, person: Person | None, what: Asked
) -> list[Other]:
    if person is None:
        return []
    rows = lists.threads(request.member, lists.Filter(person=person.pk), limit=OTHERS + 1).rows
    plain = Asked(what.slug)
    return [
        Other(plain.thread_url(row.uid), row.subject, row.last_at)
        for row in rows
        if row.thread_id != found.thread.pk
    ][:OTHERS]


def dock(request: MemberRequest, found: reading.ThreadPage, who: letters.Reader) -> Dock:
    """Who an answer would go to, and the draft that waits."""
    last = next((i for i in reversed(found.messages) if i.message.mailbox_id in who.own_ids), None)
    if last is None:
        return Dock()
    one, all_ = (
        answering.addressed(last.people, last.message.direction, kind, who.addresses)
        for kind in (Draft.Kind.REPLY, Draft.Kind.REPLY_ALL)
    )
    waiting = Draft.objects.filter(
        author=request.member, thread=found.thread, queued_at=None, discarded_at=None
    )
    return Dock(
        answers=last.message.uid,
        name=", ".join(name or address for name, address in one.to),
        can_reply_all=len(all_.to) + len(all_.cc) > len(one.to),
        draft=waiting.order_by("-updated_at").first(),
    )


def may_read(request: MemberRequest, uid: UUID) -> Message:
    """A message the member may read; raises Http404."""
    try:
        return reading.message(request.member, uid)
    except Message.DoesNotExist as error:
        raise Http404 from error
