"""Putting conversations away and taking them back, in the mailboxes one works in.

Every verb has its inverse, so that a toast can undo it. What is done here holds against
the server's folders until new mail comes; the server is told only where the mailbox has
that switch on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

from crm.timeline import actions as timeline
from crm.workspaces import bulk
from crm.workspaces.models import Membership
from inbox.actions import placing, unread
from inbox.models import Mailbox, MailboxThread, Message, PendingChange, Thread, Visibility
from inbox.queries import access

HOLDS = timedelta(minutes=15)
MOST = 500
Op = PendingChange.Op
Place = MailboxThread.Place


class UnknownVerb(ValueError):
    """No such thing can be done to a conversation."""


@dataclass(frozen=True, slots=True)
class Move:
    """A stamp on the list row, the place it leads to, and what the server may be told."""

    stamp: str
    place: str
    switch: str = ""
    op: str = ""


MOVES = {
    "done": Move("done_at", Place.DONE),
    "archive": Move("archived_at", Place.ARCHIVE, "mirror_archive", Op.ARCHIVE),
    "trash": Move("trashed_at", Place.TRASH, "mirror_delete", Op.TRASH),
    "spam": Move("spammed_at", Place.SPAM),
}
BACK = {f"un{verb}": verb for verb in MOVES}
OPPOSITE = {
    **BACK,
    **{verb: back for back, verb in BACK.items()},
    "read": "unread",
    "unread": "read",
}
VERBS = frozenset(OPPOSITE)


def triage(*, verb: str, threads: Sequence[Thread], by: Membership, at: datetime) -> int:
    """Do one thing to conversations, in the member's own and team mailboxes.

    Returns how many list rows were touched; raises UnknownVerb. Threads the member only
    reads through a share are left as they are.
    """
    if verb not in VERBS:
        raise UnknownVerb(verb)
    with transaction.atomic():
        entries = own_entries(threads[:MOST], by)
        put(verb, entries, by=by, at=at)
    return len(entries)


def put(verb: str, entries: list[MailboxThread], *, by: Membership, at: datetime) -> list[Message]:
    """Do one of the verbs to these locked list rows, in the caller's transaction.

    Returns the mails that became read, or unread.
    """
    changed: list[Message] = []
    if not entries:
        return changed
    if verb in MOVES:
        for entry in entries:
            setattr(entry, MOVES[verb].stamp, at)
        placing.restamp(entries)
        tell_server(verb, entries, at)
    elif verb in BACK:
        _take_back(entries, MOVES[BACK[verb]], at)
        tell_server(verb, entries, at)
    else:
        changed = _mark_for(entries, verb, by, at)
    record(verb, entries, by, at)
    return changed


def change_visibility(
    *, thread: Thread, mailbox: Mailbox, visibility: str, by: Membership, at: datetime
) -> MailboxThread:
    """Say who else may read one mailbox's part of a thread.

    The owner of a personal mailbox chooses between private and shared, members of a team
    mailbox between shared and team only; others get PermissionDenied, whatever their role.
    """
    allowed = _choices(mailbox)
    with transaction.atomic():
        if visibility not in allowed or not access.mailboxes(by).filter(pk=mailbox.pk).exists():
            raise PermissionDenied("visibility")
        entry: MailboxThread = MailboxThread.objects.select_for_update().get(
            thread=thread, mailbox=mailbox
        )
        before, entry.visibility = entry.visibility, visibility
        if entry.sensitive and visibility == Visibility.SHARED:
            # The rule is lifted for this thread, and holds no more when it is closed again
            entry.lifted_at = at
        entry.save(update_fields=["visibility", "lifted_at"])
        timeline.record(
            "thread.visibility_changed",
            by=by,
            about=[thread, mailbox],
            at=at,
            data={"mailboxes": [mailbox.pk], "from": before, "to": visibility},
        )
    return entry


def closed(mailbox: Mailbox) -> str:
    """What says of a mailbox's part of a thread that nobody else reads it."""
    is_team = mailbox.kind == Mailbox.Kind.TEAM
    return Visibility.TEAM if is_team else Visibility.PRIVATE


def _choices(mailbox: Mailbox) -> tuple[str, str]:
    return Visibility.SHARED, closed(mailbox)


def own_entries(threads: Sequence[Thread | int], by: Membership) -> list[MailboxThread]:
    """The list rows meant, locked in one order so that two bulk actions cannot deadlock."""
    return list(
        MailboxThread.objects.filter(thread__in=threads, mailbox__in=access.mailboxes(by))
        .select_related("mailbox", "thread")
        .select_for_update(of=("self",))
        .order_by("pk")
    )


def _take_back(entries: list[MailboxThread], move: Move, at: datetime) -> None:
    """Take the stamp off; what the server's folders still keep there is brought to the inbox."""
    for entry in entries:
        setattr(entry, move.stamp, None)
    placing.restamp(entries)
    still = [entry for entry in entries if entry.place == move.place]
    for entry in still:
        entry.restored_at = at
    placing.restamp(still)


def _mark_for(
    entries: list[MailboxThread], verb: str, by: Membership, at: datetime
) -> list[Message]:
    """In a team's mailbox each member has a read state of his own; the first to read tells it."""
    team = [entry for entry in entries if entry.mailbox.kind == Mailbox.Kind.TEAM]
    if verb == "read":
        unread.read(team, by)
        return mark(entries, verb, at)
    unread.mark(team, by)
    own = [entry for entry in entries if entry.mailbox.kind != Mailbox.Kind.TEAM]
    return mark(own, verb, at) if own else []


def mark(entries: list[MailboxThread], verb: str, at: datetime) -> list[Message]:
    """Read marks everything read; unread marks the last mail that came in, which is enough.

    Returns the mails that changed.
    """
    rows = messages(entries).filter(direction=Message.Direction.IN)
    if verb == "read":
        changed = list(rows.filter(is_read=False))
        _keep_read(changed, is_read=True)
        for entry in entries:
            entry.unread_count = 0
        bulk.save(entries, ["unread_count"])
        _pend(entries, changed, "mirror_read", Op.READ, at)
        return changed
    newest = rows.order_by("thread", "mailbox", "-received_at", "-pk")
    last = newest.distinct("thread", "mailbox")
    changed = [message for message in last if message.is_read]
    set_read(entries, changed, is_read=False, at=at)
    return changed


def set_read(
    entries: list[MailboxThread], changed: list[Message], *, is_read: bool, at: datetime
) -> None:
    """These messages of the list rows are read, or unread; the server hears of it if it shall."""
    _keep_read(changed, is_read=is_read)
    refresh(entries)
    _pend(entries, changed, "mirror_read", Op.READ if is_read else Op.UNREAD, at)


def _keep_read(changed: list[Message], *, is_read: bool) -> None:
    Message.objects.filter(pk__in=[m.pk for m in changed]).update(is_read=is_read)


def messages(entries: Iterable[MailboxThread]) -> QuerySet[Message]:
    """The mails of these list rows, deleted ones left out."""
    pairs = Q(pk__in=[])
    for entry in entries:
        pairs |= Q(thread=entry.thread_id, mailbox=entry.mailbox_id)
    found: QuerySet[Message] = Message.objects.filter(pairs, deleted_at=None)
    return found.only("workspace_id", "mailbox_id", "thread_id", "is_read")


def refresh(entries: Iterable[MailboxThread]) -> None:
    """Add up these list rows anew."""
    pairs = [(entry.thread_id, entry.mailbox_id) for entry in entries]
    placing.refresh(pairs, visibility={}, reopened=set())


def tell_server(verb: str, entries: list[MailboxThread], at: datetime) -> None:
    """Have the server do the same, where the mailbox has that switch on."""
    move = MOVES[BACK.get(verb, verb)]
    told = [entry for entry in entries if move.switch and getattr(entry.mailbox, move.switch)]
    if told:
        op = Op.RESTORE if verb in BACK else move.op
        _pend(told, list(messages(told)), move.switch, op, at)


def _pend(
    entries: list[MailboxThread], messages: list[Message], switch: str, op: str, at: datetime
) -> None:
    """Queue a change for the server; one that waits and is now pointless is taken out first."""
    told = {entry.mailbox_id for entry in entries if getattr(entry.mailbox, switch)}
    meant = [message for message in messages if message.mailbox_id in told]
    if not meant:
        return
    group = [Op.READ, Op.UNREAD] if switch == "mirror_read" else [Op.ARCHIVE, Op.TRASH, Op.RESTORE]
    PendingChange.objects.filter(
        message__in=meant, op__in=group, done_at=None, failed_at=None
    ).delete()
    PendingChange.objects.bulk_create(
        PendingChange(
            mailbox_id=message.mailbox_id,
            message=message,
            op=op,
            not_before=at,
            holds_until=at + HOLDS,
            created_at=at,
        )
        for message in meant
    )


def record(
    verb: str, entries: list[MailboxThread], by: Membership | None, at: datetime, **said: Any
) -> None:
    """Tell what was done to the conversations of these list rows."""
    threads = list({entry.thread_id: entry.thread for entry in entries}.values())
    timeline.record(
        f"thread.{verb}",
        by=by,
        about=threads,
        at=at,
        data={"mailboxes": sorted({entry.mailbox_id for entry in entries}), **said},
    )
