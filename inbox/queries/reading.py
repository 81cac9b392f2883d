"""One conversation, as one member may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from crm.fields.queries import seen_values
from crm.workspaces.models import Membership
from inbox.models import Mailbox, MailboxThread, Message, Outgoing, Participant, Thread
from inbox.queries import access, belonging, contents, linked, openings, window
from inbox.queries.sql import HERE, LET_IN

# So many of the unread ones are open; the newest message always is
OPEN = 10

# The rows of the list that the member may read, and what else there is to ask about
ENTRIES = """
SELECT e.*, t.uid AS thread_uid, t.subject AS thread_subject, t.created_at AS thread_created_at,
  COALESCE((SELECT u.count FROM inbox_threadunread u WHERE u.workspace_id = {here}
    AND u.member_id = %(me)s AND u.thread_id = t.id AND u.mailbox_id = e.mailbox_id), 0) AS marked,
  k.is_linked, k.has_links, w.uid AS assignee_uid, w.name AS assignee_name,
  w.email AS assignee_address,
  EXISTS (SELECT 1 FROM inbox_draft d WHERE d.workspace_id = {here} AND d.thread_id = t.id
    AND d.queued_at IS NULL AND d.discarded_at IS NULL) AS has_draft,
  EXISTS (SELECT 1 FROM inbox_outgoing o WHERE o.workspace_id = {here} AND o.thread_id = t.id
    AND o.message_id IS NULL AND o.state <> 'cancelled') AS has_outgoing,
  ARRAY(SELECT k.kind || ':' || k.object_id FROM inbox_threadlink k WHERE k.workspace_id = {here}
    AND k.thread_id = t.id AND k.kind = ANY(%(works)s)) AS settled,
  EXISTS (SELECT 1 FROM inbox_wake w WHERE w.workspace_id = {here} AND w.thread_id = t.id)
    AS has_wakes,
  ARRAY(SELECT DISTINCT ARRAY[b.name, b.hue, b.uid::text] FROM inbox_threadlabel l
    JOIN inbox_maillabel b ON b.workspace_id = l.workspace_id AND b.id = l.label_id
    WHERE l.workspace_id = {here} AND l.thread_id = t.id AND l.mailbox_id = e.mailbox_id
    AND b.removed_at IS NULL) AS labels,
  EXISTS (SELECT 1 FROM inbox_comment c WHERE c.workspace_id = {here} AND c.thread_id = t.id)
    AS has_comments,
  EXISTS (SELECT 1 FROM inbox_threadguest g WHERE g.workspace_id = {here} AND g.thread_id = t.id)
    AS has_guests
FROM inbox_thread t
JOIN inbox_mailboxthread e ON e.workspace_id = t.workspace_id AND e.thread_id = t.id
LEFT JOIN workspaces_membership w ON w.workspace_id = {here} AND w.id = e.assignee_id
CROSS JOIN LATERAL (SELECT bool_or({sees}) IS TRUE AS is_linked, count(*) > 0 AS has_links
  FROM inbox_threadlink k
  WHERE k.workspace_id = {here} AND k.thread_id = t.id AND k.undone_at IS NULL) k
WHERE t.workspace_id = {here} AND t.uid = %(uid)s
  AND (e.mailbox_id = ANY(%(own)s) OR (e.visibility = 'shared' AND k.is_linked) OR {let_in})
ORDER BY e.last_at DESC, e.id""".replace("{let_in}", LET_IN).replace("{here}", HERE)


@dataclass(frozen=True, slots=True)
class Assignee:
    """Whose a conversation of a team's mailbox is."""

    uid: UUID
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Found:
    """A thread with the visible entries of it, newest first, and the member's own mailboxes."""

    thread: Thread
    entries: list[MailboxThread]
    own: Sequence[Mailbox]
    # To a record that the member sees
    is_linked: bool
    # To any record
    has_links: bool
    # By anybody
    has_draft: bool
    has_outgoing: bool
    # Deals, leads and projects that it is or was linked to, as "kind:id"
    settled: list[str]
    # Whether anything of it comes back by itself
    has_wakes: bool
    # (name, hue, public id) of those on what he may read
    labels: list[tuple[str, ...]]
    # Whether anybody said something about it, or was let in by being mentioned
    has_comments: bool
    has_guests: bool

    @property
    def own_ids(self) -> set[int]:
        return {box.pk for box in self.own}

    @property
    def own_entries(self) -> list[MailboxThread]:
        """What the member's own mailboxes hold: only there may he act and answer."""
        own = self.own_ids
        return [entry for entry in self.entries if entry.mailbox_id in own]

    @property
    def assignee(self) -> Assignee | None:
        """Whose it is in the mailbox that comes first; nobody's in a personal one."""
        row: Any = (self.own_entries or self.entries)[0]
        if row.assignee_uid is None:
            return None
        return Assignee(row.assignee_uid, row.assignee_name, row.assignee_address)

    @property
    def team_entries(self) -> list[MailboxThread]:
        """What the mailboxes of the member's teams hold."""
        teams = {box.pk for box in self.own if box.kind == Mailbox.Kind.TEAM}
        return [entry for entry in self.entries if entry.mailbox_id in teams]

    @property
    def seen(self) -> window.Seen:
        return window.Seen(
            self.thread.pk, [entry.mailbox_id for entry in self.entries], sorted(self.own_ids)
        )


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """What a member may see of a thread: messages oldest first, `earlier` more after the first.

    `answers` is the message that a reply would answer, None where he cannot answer.
    """

    found: Found
    messages: list[contents.Shown]
    earlier: int
    answers: contents.Shown | None
    outgoing: list[Outgoing]
    # Every link, hidden ones among them: only `told` may be named
    links: list[belonging.Linked]
    mailboxes: dict[int, Mailbox]

    @property
    def told(self) -> list[belonging.Linked]:
        """The links that the member may know of."""
        return [link for link in self.links if link.is_told]

    @property
    def is_among_several(self) -> bool:
        """Whether others than the member read it by right or by a share."""
        own = {box.pk for box in self.found.own if box.kind == Mailbox.Kind.PERSONAL}
        return any(entry.mailbox_id not in own for entry in self.found.entries)

    @property
    def people(self) -> list[belonging.Linked]:
        return [link for link in self.told if link.kind == "person"]


def find(member: Membership, uid: UUID, own: Sequence[Mailbox] | None = None) -> Found:
    """The thread as far as the member may read it, in one query beside the one for `own`.

    Follows merges. Raises Thread.DoesNotExist when nothing of it is visible, the same as
    when there is no such thread.
    """
    own = list(access.mailboxes(member)) if own is None else own
    entries = _entries(member, uid, own)
    if not entries:
        entries = _entries(member, _merged(uid), own)
    if not entries:
        raise Thread.DoesNotExist
    row = entries[0]
    thread = Thread(
        id=row.thread_id,
        workspace_id=row.workspace_id,
        uid=row.thread_uid,
        subject=row.thread_subject,
        created_at=row.thread_created_at,
    )
    return Found(
        thread,
        entries,
        own,
        is_linked=row.is_linked,
        has_links=row.has_links,
        has_draft=row.has_draft,
        has_outgoing=row.has_outgoing,
        settled=row.settled,
        has_wakes=row.has_wakes,
        labels=sorted({tuple(each) for entry in entries for each in entry.labels}),
        has_comments=row.has_comments,
        has_guests=row.has_guests,
    )


def thread(
    member: Membership,
    uid: UUID,
    *,
    own: Sequence[Mailbox] | None = None,
    since: UUID | None = None,
) -> ThreadPage:
    """A thread with its first and newest messages, those from `since` on at least.

    What they say is read for the open ones only; the number of queries does not depend on
    how long the thread is. Raises Thread.DoesNotExist as `find` does.
    """
    found = find(member, uid, own)
    shown = window.window(found.seen, since)
    items = _opened(found, shown.messages)
    for item in items[:1]:
        item.is_first = True
    answers = _answers(found, items)
    # The first message tells whom this is with, the last own one whom an answer goes to
    whose = [item.message.pk for item in (items[0], answers) if item] if items else []
    is_shown = any(item is answers for item in items)
    listed = items if is_shown or answers is None else [*items, answers]
    contents.fill(listed, member=member, whose=whose)
    return ThreadPage(
        found=found,
        messages=items,
        earlier=shown.earlier,
        answers=answers,
        outgoing=_outgoing(found),
        links=belonging.linked(member, found.thread.pk, found.seen.mailbox_ids)
        if found.has_links
        else [],
        mailboxes=_mailboxes(found),
    )


def earlier(member: Membership, uid: UUID, before: UUID | None) -> tuple[Found, window.Window]:
    """Headers of messages before one that is shown.

    Raises Thread.DoesNotExist, and Message.DoesNotExist for a message that is not in it.
    """
    found = find(member, uid)
    return found, window.earlier(found.seen, before)


def answerable(member: Membership, uid: UUID) -> tuple[Found, contents.Shown | None]:
    """The message of a thread that a reply would answer, with its people and nothing else."""
    found = find(member, uid)
    item = _last_own(found)
    if item is not None:
        contents.fill([item], member=member, whose=[item.message.pk])
    return found, item


def message(member: Membership, uid: UUID) -> Message:
    """A message the member may read; raises Message.DoesNotExist."""
    found: Message = access.messages(member).select_related("mailbox", "thread").get(uid=uid)
    return found


def letter(member: Membership, uid: UUID) -> tuple[contents.Shown, Sequence[Mailbox]]:
    """A message with all that is shown of it, and the member's own mailboxes.

    Raises Message.DoesNotExist.
    """
    own = list(access.mailboxes(member))
    readable = access.messages(member, [box.pk for box in own])
    row = readable.select_related("mailbox").annotate(follows=_before(readable)).get(uid=uid)
    item = contents.Shown(row, is_open=True, is_first=not row.follows)
    contents.fill([item], member=member)
    return item, own


def _before(readable: QuerySet[Message]) -> Exists:
    """Whether another mail of its thread came before a message; a copy of it is none."""
    at, pk = OuterRef("received_at"), OuterRef("pk")
    older = Q(received_at__lt=at) | Q(received_at=at, pk__lt=pk)
    same = Q(rfc_id__isnull=False, rfc_id=Coalesce(OuterRef("rfc_id"), Value("")))
    return Exists(readable.filter(older, thread=OuterRef("thread")).exclude(same))


def names(found: Found, address: str) -> set[str]:
    """What somebody is called on the messages of a thread; empty where he is on none."""
    people = Participant.objects.filter(
        address=address,
        message__thread=found.thread,
        message__mailbox__in=found.seen.mailbox_ids,
        message__deleted_at=None,
    )
    return set(people.values_list("name", flat=True).distinct())


def _entries(member: Membership, uid: UUID | None, own: Sequence[Mailbox]) -> list[Any]:
    """The visible entries, each with what ENTRIES adds to the row."""
    values: dict[str, Any] = {
        "uid": uid,
        "me": member.pk,
        "own": [box.pk for box in own],
        "works": list(openings.KINDS),
        **seen_values(member),
    }
    text = ENTRIES.replace("{sees}", linked.sees())
    rows: list[Any] = list(MailboxThread.objects.raw(text, values)) if uid is not None else []
    for row in rows:
        row.unread_count = min(row.unread_count + row.marked, row.message_count)
    return rows


def _merged(uid: UUID) -> UUID | None:
    """The thread that this one became a part of."""
    row = Thread.objects.filter(uid=uid).first()
    for _step in range(50):
        if row is None or row.merged_into_id is None:
            break
        row = Thread.objects.filter(pk=row.merged_into_id).first()
    return row.uid if row is not None and row.uid != uid else None


def _opened(found: Found, messages: list[Message]) -> list[contents.Shown]:
    """The newest message is open, and so are the newest of those that came in unread."""
    came = [row for row in messages if row.direction == "in"]
    unread = [row.pk for row in came if not row.is_read]
    rows: list[Any] = [entry for entry in found.entries]
    for entry in rows:
        # What a colleague has read and the member has not are the newest of what counts as read
        known = [row.pk for row in came if row.mailbox_id == entry.mailbox_id and row.is_read]
        unread += known[-entry.marked :] if entry.marked else []
    unread.sort(key=[row.pk for row in messages].index)
    opened = {*unread[-OPEN:], *(row.pk for row in messages[-1:])}
    return [contents.Shown(row, row.pk in opened) for row in messages]


def _answers(found: Found, items: list[contents.Shown]) -> contents.Shown | None:
    own = found.own_ids
    shown = (item for item in reversed(items) if item.message.mailbox_id in own)
    letters = (item for item in shown if item.message.kind != Message.Kind.BOUNCE)
    answers = next(letters, None) or _last_own(found)
    # A report that is all there is, is shown as well: it must not be filled in twice
    same = (item for item in items if answers and item.message.pk == answers.message.pk)
    return next(same, answers)


def _last_own(found: Found) -> contents.Shown | None:
    row = window.last_own(found.seen) if found.own_entries else None
    return contents.Shown(row) if row is not None else None


def _outgoing(found: Found) -> list[Outgoing]:
    """What is on its way from the member's own mailboxes."""
    if not found.has_outgoing:
        return []
    mine = [entry.mailbox_id for entry in found.own_entries]
    waiting = Outgoing.objects.filter(thread=found.thread, mailbox__in=mine, message=None)
    standing = waiting.exclude(state=Outgoing.State.CANCELLED).select_related("author", "draft")
    rows = list(standing.order_by("created_at"))
    for row in rows:
        row.thread = found.thread
    return rows


def _mailboxes(found: Found) -> dict[int, Mailbox]:
    """The mailboxes that hold something of it, those of colleagues asked for."""
    boxes = {box.pk: box for box in found.own}
    missing = [entry.mailbox_id for entry in found.entries if entry.mailbox_id not in boxes]
    return boxes | Mailbox.objects.in_bulk(missing) if missing else boxes


def meant(uids: Sequence[UUID]) -> list[Thread]:
    """The threads of these ids, whoever may read them; a merged one stands for where it went."""
    named = Thread.objects.filter(uid__in=uids).select_related("merged_into")
    found = [thread.merged_into or thread for thread in named]
    return list({thread.pk: thread for thread in found}.values())
