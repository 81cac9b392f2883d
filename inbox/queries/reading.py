"""One conversation, as one member may see it."""

from dataclasses import dataclass
from uuid import UUID

from crm.contacts.models import Person
from crm.workspaces.models import Membership
from inbox.models import (
    Attachment,
    Mailbox,
    MailboxThread,
    Message,
    MessageBody,
    Outgoing,
    Participant,
    Thread,
    ThreadLink,
)
from inbox.queries import access


@dataclass(slots=True)
class Shown:
    """A message with everything that is shown of it."""

    message: Message
    body: MessageBody | None
    people: list[Participant]
    files: list[Attachment]


@dataclass(slots=True)
class ThreadPage:
    """What a member may see of a thread, oldest message first."""

    thread: Thread
    entries: list[MailboxThread]
    messages: list[Shown]
    outgoing: list[Outgoing]
    people: list[Person]
    links: list[ThreadLink]
    mailboxes: dict[int, Mailbox]
    own_ids: set[int]

    @property
    def own_entries(self) -> list[MailboxThread]:
        """What the member's own mailboxes hold: only there may he act and answer."""
        return [entry for entry in self.entries if entry.mailbox_id in self.own_ids]


def find(member: Membership, uid: UUID) -> tuple[Thread, list[MailboxThread], set[int]]:
    """The thread, the visible entries of it and the member's own mailboxes.

    Follows merges. Raises Thread.DoesNotExist when nothing of it is visible, the same as
    when there is no such thread.
    """
    thread = Thread.objects.get(uid=uid)
    for _step in range(50):
        if thread.merged_into_id is None:
            break
        thread = Thread.objects.get(pk=thread.merged_into_id)
    own = set(access.mailbox_ids(member))
    entries = list(access.entries(member, own).filter(thread=thread).order_by("-last_at"))
    if not entries:
        raise Thread.DoesNotExist
    return thread, entries, own


def thread(member: Membership, uid: UUID) -> ThreadPage:
    """A thread with its messages, bodies, people and files, in a constant number of queries."""
    row, entries, own = find(member, uid)
    seen = [entry.mailbox_id for entry in entries]
    rows = list(
        Message.objects.filter(thread=row, mailbox__in=seen, deleted_at=None)
        .order_by("received_at", "pk")
        .defer("subject_key", "defects")
    )
    links = list(access.links(member, own).filter(thread=row).order_by("created_at"))
    waiting = Outgoing.objects.filter(thread=row, mailbox__in=own & set(seen), message=None)
    person_ids = [link.object_id for link in links if link.kind == "person"]
    return ThreadPage(
        thread=row,
        entries=entries,
        messages=_shown(_collapsed(rows, own)),
        outgoing=list(waiting.exclude(state=Outgoing.State.CANCELLED).order_by("created_at")),
        people=list(Person.objects.filter(pk__in=person_ids).prefetch_related("emails")),
        links=links,
        mailboxes=Mailbox.objects.in_bulk(seen),
        own_ids=own,
    )


def message(member: Membership, uid: UUID) -> Message:
    """A message the member may read; raises Message.DoesNotExist."""
    found: Message = access.messages(member).select_related("mailbox", "thread").get(uid=uid)
    return found


def _collapsed(rows: list[Message], own: set[int]) -> list[Message]:
    """A mail that lies in several visible mailboxes is shown once, the member's own copy first."""
    best: dict[str, Message] = {}
    for row in rows:
        if row.rfc_id is None:
            continue
        other = best.get(row.rfc_id)
        if other is None or (other.mailbox_id not in own and row.mailbox_id in own):
            best[row.rfc_id] = row
    return [
        row
        for row in rows
        if row.rfc_id is None
        or best[row.rfc_id].pk == row.pk
        or best[row.rfc_id].mailbox_id == row.mailbox_id
    ]


def _shown(rows: list[Message]) -> list[Shown]:
    ids = [row.pk for row in rows]
    bodies = {body.message_id: body for body in MessageBody.objects.filter(message__in=ids)}
    shown = {row.pk: Shown(row, bodies.get(row.pk), [], []) for row in rows}
    for person in Participant.objects.filter(message__in=ids).order_by("message", "position"):
        shown[person.message_id].people.append(person)
    for file in Attachment.objects.filter(message__in=ids).order_by("message", "pk"):
        shown[file.message_id].files.append(file)
    return list(shown.values())
