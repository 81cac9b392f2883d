"""Conversations that come back: at their time, or before it because somebody answered."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db.models import QuerySet

from crm.timeline import actions as timeline
from crm.timeline.actions.telling import notify
from crm.timeline.models import Notice
from crm.workspaces import turns
from inbox.actions import placing, triage
from inbox.models import Mailbox, MailboxThread, Message, Wake
from inbox.queries import workers

SNOOZE, REMINDER = Wake.Kind.SNOOZE, Wake.Kind.REMINDER
# What a machine answers brings nothing back; a delivery report does, nobody will answer then
MACHINES = (Message.Kind.AUTO, Message.Kind.RECEIPT)


def due(*, at: datetime) -> list[int]:
    """The workspaces in which something is to come back by now."""
    return turns.due(Wake, "due_at", at=at)


def wake(*, workspace_id: int, at: datetime) -> int:
    """Bring back all that is due in one workspace; returns how many list rows came back.

    Run twice at once, each comes back once.
    """
    return turns.work(partial(_some, at), workspace_id=workspace_id)


def _some(at: datetime) -> tuple[int, int]:
    rows = Wake.objects.filter(due_at__lte=at).order_by("due_at", "pk")[: turns.AT_ONCE]
    # The rows of lists first, as whoever snoozes has them; what is gone by then came back already
    first = list(rows)
    _entries(first)
    wanted = list(_still(first).filter(due_at__lte=at))
    by_kind: dict[str, list[Wake]] = defaultdict(list)
    for row in wanted:
        by_kind[row.kind].append(row)
    woken = _return(_aside(by_kind[SNOOZE]), "woken", at)
    for row in by_kind[REMINDER]:
        woken += _remind(row, at)
    Wake.objects.filter(pk__in=[row.pk for row in wanted]).delete()
    return len(first), woken


def _still(rows: Sequence[Wake]) -> QuerySet[Wake]:
    """Those of these that are still there, locked."""
    found: QuerySet[Wake] = Wake.objects.filter(pk__in=[row.pk for row in rows])
    return found.select_for_update(of=("self",)).order_by("due_at", "pk")


def _aside(rows: Sequence[Wake]) -> list[MailboxThread]:
    """The list rows that still wait; one that somebody moved meanwhile stays where it is."""
    found = _entries(rows)
    moved = [entry.pk for entry in found if entry.place != MailboxThread.Place.SNOOZED]
    MailboxThread.objects.filter(pk__in=moved).update(snoozed_at=None)
    return [entry for entry in found if entry.pk not in moved]


def _entries(rows: Sequence[Wake]) -> list[MailboxThread]:
    pairs = {(row.thread_id, row.mailbox_id) for row in rows}
    found = MailboxThread.objects.filter(
        thread__in={thread for thread, _box in pairs}, mailbox__in={box for _thread, box in pairs}
    )
    found = found.select_related("mailbox", "thread").select_for_update(of=("self",))
    return [each for each in found.order_by("pk") if (each.thread_id, each.mailbox_id) in pairs]


def _return(entries: list[MailboxThread], verb: str, at: datetime) -> int:
    """Back to the inbox, on top of it and unread."""
    if not entries:
        return 0
    rows = MailboxThread.objects.filter(pk__in=[entry.pk for entry in entries])
    rows.update(snoozed_at=None, restored_at=at, woken_at=at)
    # Adds the rows up anew as well
    triage.mark(entries, "unread", at)
    triage.record(verb, entries, None, at)
    return len(entries)


def _remind(row: Wake, at: datetime) -> int:
    """Bring one conversation back that nobody answered, and tell who asked for that."""
    entries = _entries([row])
    count = _return(entries, "woken", at)
    if entries and row.by_id in workers.ids([row.mailbox_id]):
        [entry] = entries
        said = {
            "mailboxes": [entry.mailbox_id],
            "subject": entry.subject,
            "thread": str(entry.thread.uid),
        }
        event = timeline.record("thread.reminded", by=None, about=[entry.thread], at=at, data=said)
        notify([row.by_id], event, Notice.Why.SILENCE, at=at)
    return count


def heard(
    *, mailbox: Mailbox, came: Sequence[Message], went: Sequence[Message], at: datetime
) -> set[placing.Pair]:
    """What live mail means for those who wait: `came` to the inbox, `went` from this mailbox.

    A person's answer ends a reminder and brings back what is aside; a mail of ours begins the
    waiting for an answer anew. Returns the pairs that a machine's answer leaves aside.
    """
    threads = {message.thread_id for message in [*came, *went]}
    if not threads:
        return set()
    rows = list(Wake.objects.filter(thread__in=threads, mailbox=mailbox))
    if not rows:
        return set()
    placing.locked({(row.thread_id, mailbox.pk) for row in rows})
    rows = list(_still(rows))
    people = {each.thread_id for each in came if is_answer(each)}
    awake = {each.thread_id for each in came if each.kind not in MACHINES}
    sent = {each.thread_id: each.received_at for each in went}
    over, aside = [], set()
    for row in rows:
        if row.kind == REMINDER:
            if row.thread_id in people:
                over.append(row.pk)
            elif row.thread_id in sent:
                _begin_anew(row, sent[row.thread_id])
        elif row.thread_id in awake:
            over.append(row.pk)
        elif row.unless_answered and row.thread_id in sent:
            over.append(row.pk)
            _settle(row, at)
        else:
            aside.add((row.thread_id, row.mailbox_id))
    Wake.objects.filter(pk__in=over).delete()
    return aside


def is_answer(message: Message) -> bool:
    """Whether a person wrote it, to few."""
    return (
        message.direction == Message.Direction.IN
        and message.kind == Message.Kind.MAIL
        and not message.is_bulk
    )


def _begin_anew(row: Wake, at: datetime) -> None:
    if at > row.since:
        Wake.objects.filter(pk=row.pk).update(due_at=at + (row.due_at - row.since), since=at)


def _settle(row: Wake, at: datetime) -> None:
    """We answered ourselves: nobody waits any more."""
    MailboxThread.objects.filter(
        thread=row.thread_id, mailbox=row.mailbox_id, place=MailboxThread.Place.SNOOZED
    ).update(snoozed_at=None, done_at=at)
