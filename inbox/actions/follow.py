"""What happened to mail on the server after it was stored: flags, moves, absence.

Absence is not deletion. A location that vanished is only marked; the message is
believed gone when every location of it is, and whoever looked has said so.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from crm.timeline.models import Event
from crm.workspaces import bulk
from inbox.actions import placing
from inbox.models import (
    LedgerEntry,
    Mailbox,
    MailboxThread,
    Message,
    PendingChange,
    Visibility,
)

SEEN = "\\Seen"


def flags_changed(
    *, mailbox: Mailbox, flags: Mapping[int, frozenset[str]], at: datetime
) -> set[int]:
    """Take over flags by ledger entry id; returns the ids of messages whose read state changed.

    What was changed here holds while the server has not been told. A listing that began
    after it was told is the server's own word again.
    """
    entries = list(LedgerEntry.objects.filter(pk__in=list(flags)))
    for entry in entries:
        entry.flags = sorted(flags[entry.pk])
    bulk.save(entries, ["flags"])
    seen = {e.message_id: SEEN in e.flags for e in entries if e.message_id is not None}
    return _take_over_reading(mailbox, seen, at)


def _take_over_reading(mailbox: Mailbox, seen: Mapping[int, bool], at: datetime) -> set[int]:
    ours = PendingChange.objects.filter(
        Q(done_at=None) | Q(done_at__gte=at),
        message=OuterRef("pk"),
        op__in=["read", "unread"],
        holds_until__gt=at,
        failed_at=None,
    )
    theirs = Message.objects.filter(pk__in=list(seen), direction=Message.Direction.IN)
    changed = [
        message
        for message in theirs.filter(~Exists(ours)).only("pk", "thread_id", "is_read")
        if message.is_read != seen[message.pk]
    ]
    _hold(mailbox, {message.thread_id for message in changed})
    for state in (True, False):
        Message.objects.filter(pk__in=[m.pk for m in changed if seen[m.pk] is state]).update(
            is_read=state
        )
    _refresh(mailbox, {message.thread_id for message in changed})
    return {message.pk for message in changed}


def vanished(*, mailbox: Mailbox, entries: Iterable[LedgerEntry], at: datetime) -> None:
    """These locations are not there any more; the messages stay until more is known."""
    ids = [entry.pk for entry in entries]
    LedgerEntry.objects.filter(pk__in=ids, missing_since=None).update(missing_since=at)
    touched = Message.objects.filter(locations__in=ids)
    _refresh(mailbox, set(touched.values_list("thread_id", flat=True)))


def returned(*, mailbox: Mailbox, entries: Iterable[LedgerEntry]) -> None:
    """These locations turned up again."""
    ids = [entry.pk for entry in entries]
    LedgerEntry.objects.filter(pk__in=ids).update(missing_since=None)
    touched = Message.objects.filter(locations__in=ids)
    threads = set(touched.values_list("thread_id", flat=True))
    _hold(mailbox, threads)
    touched.filter(block=None).update(deleted_at=None)
    rows = MailboxThread.objects.filter(mailbox=mailbox, thread__in=threads)
    there = set(rows.values_list("thread_id", flat=True))
    _refresh(mailbox, threads)
    if threads - there:
        _close_again(mailbox, threads - there)


def _close_again(mailbox: Mailbox, threads: set[int]) -> None:
    """What somebody closed stays so, though its row went with the mail and the default shares."""
    said = Event.objects.filter(
        verb="thread.visibility_changed",
        about__kind="thread",
        about__object_id__in=threads,
        data__mailboxes__contains=[mailbox.pk],
    ).order_by("at", "pk")
    chosen = {thread: data["to"] for thread, data in said.values_list("about__object_id", "data")}
    for thread, visibility in chosen.items():
        if visibility != Visibility.SHARED:
            MailboxThread.objects.filter(mailbox=mailbox, thread=thread).update(
                visibility=visibility
            )


def gone(*, mailbox: Mailbox, messages: Sequence[int], at: datetime) -> set[int]:
    """Messages deleted on the server, by all their locations; returns the threads touched.

    A message that still has a location, or never had one, is left alone, and so are all
    where deleting there has no effect here.
    """
    if not mailbox.follow_delete:
        return set()
    there = LedgerEntry.objects.filter(message=OuterRef("pk"), missing_since=None)
    ever = LedgerEntry.objects.filter(message=OuterRef("pk"))
    lost = Message.objects.filter(
        Exists(ever), ~Exists(there), pk__in=messages, mailbox=mailbox, deleted_at=None
    )
    threads = set(lost.values_list("thread_id", flat=True))
    _hold(mailbox, threads)
    lost.update(deleted_at=at)
    _refresh(mailbox, threads)
    return threads


def _hold(mailbox: Mailbox, threads: set[int]) -> None:
    """Lock the rows of these threads before their mails."""
    if threads:
        placing.locked({(thread, mailbox.pk) for thread in threads})


def _refresh(mailbox: Mailbox, threads: set[int]) -> None:
    placing.refresh(
        {(thread, mailbox.pk) for thread in threads},
        visibility={mailbox.pk: mailbox.visibility},
        reopened=set(),
    )
