"""Putting conversations aside until a time, in the mailboxes one works in, and taking them back."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from crm.workspaces.models import Membership
from inbox.actions import placing, triage
from inbox.models import MailboxThread, Thread, Wake

SNOOZE = Wake.Kind.SNOOZE
# Nobody plans further; what is later was mistyped
FARTHEST = timedelta(days=366)


def snooze(
    *,
    threads: Sequence[Thread],
    until: datetime,
    by: Membership,
    at: datetime,
    unless_answered: bool = False,
) -> int:
    """Put threads aside until then; returns how many list rows were touched.

    Mail from a person brings one back at once. With `unless_answered` an answer of ours ends
    the waiting as well, and the thread is done. In a team mailbox it is aside for all.
    """
    with transaction.atomic():
        entries = triage.own_entries(threads[: triage.MOST], by)
        put_aside(entries, until, unless_answered, by=by, at=at)
    return len(entries)


def put_aside(
    entries: list[MailboxThread],
    until: datetime,
    unless_answered: bool,
    *,
    by: Membership,
    at: datetime,
) -> None:
    """Put these locked list rows aside, in the caller's transaction."""
    if not entries:
        return
    fresh = {"due_at": until, "since": at, "unless_answered": unless_answered, "by": by}
    put(Wake.Kind.SNOOZE, entries, fresh)
    for entry in entries:
        entry.snoozed_at = at
    placing.restamp(entries)
    triage.record("snoozed", entries, by, at, until=until.isoformat())


def unsnooze(*, threads: Sequence[Thread], by: Membership, at: datetime) -> int:
    """Take threads back to where they were before; returns how many list rows were touched."""
    with transaction.atomic():
        entries = triage.own_entries(threads[: triage.MOST], by)
        bring_back(entries, by=by, at=at)
    return len(entries)


def bring_back(entries: list[MailboxThread], *, by: Membership, at: datetime) -> None:
    """Take these locked list rows back, in the caller's transaction."""
    if not entries:
        return
    for entry in entries:
        entry.snoozed_at = None
    of(entries).filter(kind=SNOOZE).delete()
    placing.restamp(entries)
    triage.record("unsnoozed", entries, by, at)


def put(kind: str, entries: Sequence[MailboxThread], values: dict[str, Any]) -> None:
    """Write when these list rows come back, instead of what was said before."""
    Wake.objects.bulk_create(
        (
            Wake(thread_id=entry.thread_id, mailbox_id=entry.mailbox_id, kind=kind, **values)
            for entry in entries
        ),
        update_conflicts=True,
        update_fields=list(values),
        unique_fields=["workspace", "thread", "mailbox", "kind"],
    )


def of(entries: Iterable[MailboxThread]) -> Any:
    """What these list rows wait for."""
    pairs = Q(pk__in=[])
    for entry in entries:
        pairs |= Q(thread=entry.thread_id, mailbox=entry.mailbox_id)
    return Wake.objects.filter(pairs)
