"""Reminders of conversations that nobody answers."""

from datetime import datetime, timedelta

from django.db import transaction

from crm.workspaces.models import Membership
from inbox.actions import snoozing, triage
from inbox.models import MailboxThread, Outgoing, Thread, Wake

REMINDER = Wake.Kind.REMINDER
# A year, as long as anything may be put aside
MOST_DAYS = 365


def remind(*, thread: Thread, due_at: datetime, by: Membership, at: datetime) -> bool:
    """Bring a thread back then unless a person answered; False where it is in no mailbox of his.

    Whoever asked for it is told. A mail of ours in it begins the waiting anew.
    """
    with transaction.atomic():
        entries = _entry(thread, by)
        if entries:
            _put(entries, due_at, by, at)
            triage.record("awaited", entries, by, at)
    return bool(entries)


def forget(*, thread: Thread, by: Membership, at: datetime) -> bool:
    """Take the reminders of a thread back, in the mailboxes the member works in."""
    with transaction.atomic():
        entries = triage.own_entries([thread], by)
        gone, _each = snoozing.of(entries).filter(kind=REMINDER).delete()
        if gone:
            triage.record("unawaited", entries, by, at)
    return bool(gone)


def after_sending(*, outgoing: Outgoing, days: int, at: datetime) -> None:
    """Remind the author so many days after a mail has left, in the mailbox it left from."""
    message = outgoing.message
    if message is None or outgoing.author is None or not days:
        return
    rows = MailboxThread.objects.filter(thread=message.thread_id, mailbox=outgoing.mailbox_id)
    _put(list(rows), at + timedelta(days=days), outgoing.author, at)


def _entry(thread: Thread, by: Membership) -> list[MailboxThread]:
    """Where an answer would be looked for: the newest list row of the member's mailboxes."""
    entries = triage.own_entries([thread], by)
    return sorted(entries, key=lambda each: each.last_at)[-1:]


def _put(entries: list[MailboxThread], due_at: datetime, by: Membership, at: datetime) -> None:
    fresh = {"due_at": due_at, "since": at, "unless_answered": True, "by": by}
    snoozing.put(REMINDER, entries, fresh)
