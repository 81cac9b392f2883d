"""An open conversation: its messages, who is in it, who may read it, where one answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404

from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.actions import answering
from inbox.mime import domains, thread
from inbox.models import Draft, Mailbox, MailboxThread, Message, Thread, Wake
from inbox.queries import (
    audience,
    belonging,
    between,
    contents,
    drafts,
    lists,
    reading,
    standing,
    waiting,
)
from inbox.views import context as beside
from inbox.views import messages as letters
from inbox.views import outgoing as leaving
from inbox.views.listing import Asked

OTHERS = 5
STRANGERS = 2


@dataclass(frozen=True, slots=True)
class More:
    """Messages that are not on the page yet: how many, and the one they lie before."""

    count: int
    before: UUID


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
    runs: list[letters.Run]
    earlier_count: int
    more: More | None = None
    since: UUID | None = None
    is_unread: bool = False
    # What it waits for, by kind: snooze, reminder
    waits: dict[str, Wake] = field(default_factory=dict)
    # The rule that holds, as a sentence; and whether it is one that keeps sensitive mail private
    rule: str = ""
    is_held: bool = False
    labels: list[tuple[str, ...]] = field(default_factory=list)
    outgoing: list[leaving.ShownOutgoing] = field(default_factory=list)
    assignee: reading.Assignee | None = None
    can_assign: bool = False


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who is on the other side; a colleague is nobody to make a person of."""

    name: str
    address: str
    is_colleague: bool = False

    @property
    def is_role(self) -> bool:
        """Whether nobody, or whoever is on duty, reads the address."""
        return domains.is_role(self.address)


@dataclass(slots=True)
class Dock:
    """Where one answers; without `answers` one cannot.

    Who reads only may write a comment there.
    """

    thread: UUID | None = None
    reads_only: bool = False
    answers: UUID | None = None
    name: str = ""
    cc: str = ""
    can_reply_all: bool = False
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """What a colleague has begun to write."""

    uid: UUID
    name: str
    address: str
    updated_at: datetime
    snippet: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another conversation with the same person."""

    url: str
    subject: str
    last_at: datetime


def page(
    request: MemberRequest, uid: UUID, *, own: Sequence[Mailbox] | None = None
) -> reading.ThreadPage:
    """The conversation as the member may see it; raises Http404."""
    since = forms.read_uid(request.GET, "since")
    try:
        return reading.thread(request.member, uid, own=own, since=since)
    except Thread.DoesNotExist as error:
        raise Http404 from error


def find(request: MemberRequest, uid: UUID) -> reading.Found:
    """What the member may see of a conversation, its messages left aside; raises Http404."""
    try:
        return reading.find(request.member, uid)
    except Thread.DoesNotExist as error:
        raise Http404 from error


def context(request: MemberRequest, page: reading.ThreadPage, what: Asked) -> dict[str, Any]:
    """What inbox/reading.html takes, in a constant number of queries."""
    who = letters.reader(request.workspace.slug, page.found.own)
    people = _others_in(page, who)
    readers, colleagues = audience.audience(page, request.member, [p.address for p in people])
    other = _correspondent(people, colleagues)
    person = _person(page, other)
    elsewhere = _others(request, page, person, what)
    written = drafts_of(request, page.found)
    return {
        "conversation": _conversation(request, page, who, len(readers)),
        **beside.beside(request, page, person),
        "correspondent": other,
        "strangers": _strangers(page, people, colleagues) if person else [],
        "readers": readers,
        "others": elsewhere,
        "others_count": len(elsewhere),
        "dock": dock(request, page.found, page.answers, written),
        "begun": others(request, written),
        "list_url": what.url(),
        "topic": thread.base_subject(entry_of(page.found).subject)[0][:200],
    }


def entry_of(found: reading.Found) -> MailboxThread:
    """The conversation as it lies in a mailbox of the member's, else in a colleague's."""
    return (found.own_entries or found.entries)[0]


def _conversation(
    request: MemberRequest, page: reading.ThreadPage, who: letters.Reader, reader_count: int
) -> Conversation:
    found = page.found
    entry = entry_of(found)
    rows, hidden = letters.shown(page.messages, page.mailboxes, who)
    return Conversation(
        uid=found.thread.uid,
        subject=entry.subject,
        place=entry.place,
        visibility=entry.visibility,
        can_share=entry.mailbox_id in who.own_ids,
        reader_count=reader_count,
        mailbox=page.mailboxes[entry.mailbox_id],
        messages=rows,
        runs=letters.runs(rows, between.lines(request.member, found)),
        earlier_count=hidden + page.earlier,
        more=more(page.earlier, rows[1:]),
        since=rows[1].uid if page.earlier else None,
        labels=found.labels,
        waits=waiting.wakes(found.thread.pk, found.own_ids) if found.has_wakes else {},
        rule=_rule(page, entry),
        is_held=bool(entry.sensitive) and entry.lifted_at is None,
        is_unread=any(each.unread_count for each in found.own_entries),
        assignee=found.assignee,
        can_assign=bool(found.team_entries),
        outgoing=[leaving.shown(request, row, page.mailboxes) for row in page.outgoing],
    )


def _rule(page: reading.ThreadPage, entry: MailboxThread) -> str:
    guests = page.found.has_guests
    return standing.sentence(entry, is_linked=bool(page.links), has_guests=guests)


def more(count: int, rows: Sequence[letters.ShownMessage]) -> More | None:
    """What lies before these rows on the server."""
    return More(count, rows[0].uid) if count and rows else None


def _correspondent(others: Sequence[contents.Party], colleagues: set[str]) -> Correspondent | None:
    """The first one in the conversation, as far as it is shown, from outside, else a colleague."""
    found = [Correspondent(p.name, p.address, p.address in colleagues) for p in others]
    return min(found, key=lambda each: each.is_colleague, default=None)


def _strangers(
    page: reading.ThreadPage, others: Sequence[contents.Party], colleagues: set[str]
) -> list[str]:
    """Addresses that wrote here and are nobody's, in a conversation that has its person."""
    known = {address for person in page.people for address in person.addresses}
    wrote = (each.address for each in others if each.role == "from")
    found = (each for each in wrote if each not in known and each not in colleagues)
    return [each for each in dict.fromkeys(found) if not domains.is_role(each)][:STRANGERS]


def _others_in(page: reading.ThreadPage, who: letters.Reader) -> list[contents.Party]:
    """Everybody on what is shown but the reader, in the order in which they come."""
    found: list[contents.Party] = []
    for item in page.messages:
        row = item.message
        found += item.people or [contents.Party("from", row.sender_name, row.sender_address)]
    return [each for each in found if each.address not in {"", *who.addresses}]


def _person(page: reading.ThreadPage, other: Correspondent | None) -> belonging.Linked | None:
    """The linked person who writes here, else the first one linked."""
    for person in page.people:
        if other and other.address in person.addresses:
            return person
    return page.people[0] if page.people else None


def _others(
    request: MemberRequest,
    page: reading.ThreadPage,
    person: belonging.Linked | None,
    what: Asked,
) -> list[Other]:
    if person is None:
        return []
    narrowed = lists.Filter(record=("person", person.object_id))
    own = page.found.own_ids
    rows = lists.threads(request.member, narrowed, limit=OTHERS + 1, own=own).rows
    plain = Asked(what.slug)
    return [
        Other(plain.thread_url(row.uid), row.subject, row.last_at)
        for row in rows
        if row.thread_id != page.found.thread.pk
    ][:OTHERS]


def dock(
    request: MemberRequest,
    found: reading.Found,
    last: contents.Shown | None,
    written: Sequence[Draft] = (),
) -> Dock:
    """Who an answer would go to, and the member's own draft that waits among these."""
    if not found.own_entries:
        return Dock(thread=found.thread.uid, reads_only=True)
    if last is None:
        return Dock()
    addresses = {box.address.lower() for box in found.own}
    one, all_ = (
        answering.addressed(last.people, last.message.direction, kind, addresses)
        for kind in (Draft.Kind.REPLY, Draft.Kind.REPLY_ALL)
    )
    return Dock(
        thread=found.thread.uid,
        answers=last.message.uid,
        name=", ".join(name or address for name, address in one.to),
        can_reply_all=len(all_.to) + len(all_.cc) > len(one.to),
        draft=next((row for row in written if row.author_id == request.member.pk), None),
    )


def drafts_of(request: MemberRequest, found: reading.Found) -> list[Draft]:
    """What is being written in a conversation, as far as the member may go on with it."""
    if not found.has_draft:
        return []
    rows = drafts.waiting(request.member, found.own).filter(thread=found.thread)
    return list(rows.select_related("author").order_by("-updated_at"))


def others(request: MemberRequest, written: Sequence[Draft]) -> list[Begun]:
    """Those of them that colleagues write."""
    return [
        Begun(
            uid=row.uid,
            name=row.author.name,
            address=row.author.email,
            updated_at=row.updated_at,
            snippet=drafts.beginning(row),
        )
        for row in written
        if row.author_id != request.member.pk
    ]


def may_read(request: MemberRequest, uid: UUID) -> Message:
    """A message the member may read; raises Http404."""
    try:
        return reading.message(request.member, uid)
    except Message.DoesNotExist as error:
        raise Http404 from error
