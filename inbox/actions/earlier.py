"""Giving a record the threads that were there before it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.contacts.models import Organization, Person
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.actions import linking
from inbox.mime import domains
from inbox.models import MailboxThread, Thread, ThreadLink
from inbox.queries import access, insiders
from inbox.queries import earlier as queries

# What happened to more threads is told without naming each
NAMED = 20
# Threads with the address that leads to each, as `queries.earlier` finds them
Found = Sequence[tuple[int, str]]


def link_earlier(*, record: Any, found: Found, at: datetime) -> None:
    """Link threads that a person's or an organization's addresses took part in before.

    Of a person, those of where he works as well.
    """
    own = insiders.insiders()
    if isinstance(record, Person):
        named = {thread: own.outside([why]) for thread, why in found}
        linking.link_addresses(addresses=named, at=at)
    else:
        works = set(queries.source(record).words)
        _insert(record, [row for row in found if own.outside([row[1]])], works, at)


def attach_earlier(*, record: Any, found: Found, by: Membership, at: datetime) -> None:
    """Link what was offered to a member, from his own mailboxes.

    `at` names the batch for `detach_earlier`.
    """
    with transaction.atomic():
        if isinstance(record, Person | Organization):
            works = set(queries.source(record).words)
            _insert(record, found, works, at)
        else:
            ThreadLink.objects.bulk_create(
                (_link(record, thread, at, source="manual", by=by) for thread, _why in found),
                ignore_conflicts=True,
            )
        _record("thread.linked", [thread for thread, _why in found], by, at)


def detach_earlier(*, record: Any, by: Membership, batch: datetime, at: datetime) -> int:
    """Take back one `attach_earlier`: the threads are offered again."""
    with transaction.atomic():
        mine = MailboxThread.objects.filter(mailbox__in=access.mailbox_ids(by)).values("thread")
        rows = ThreadLink.objects.filter(
            kind=record.kind(), object_id=record.pk, created_at=batch, thread__in=mine
        )
        threads = list(rows.values_list("thread_id", flat=True))
        rows.delete()
        _record("thread.unlinked", threads, by, at)
    return len(threads)


def _insert(record: Any, found: Found, names: set[str], at: datetime) -> None:
    """Links that made themselves, by the address that leads to each."""
    rule = ThreadLink.Rule.ADDRESS

    def rule_of(why: str) -> str:
        if isinstance(record, Person):
            return rule
        by_domain = domains.domain(why) in names
        return ThreadLink.Rule.DOMAIN if by_domain else ThreadLink.Rule.WORKS

    ThreadLink.objects.bulk_create(
        (_link(record, thread, at, rule=rule_of(why), why=why) for thread, why in found if why),
        ignore_conflicts=True,
    )


def _link(record: Any, thread: int, at: datetime, **values: Any) -> ThreadLink:
    return ThreadLink(
        thread_id=thread, kind=record.kind(), object_id=record.pk, created_at=at, **values
    )


def _record(verb: str, threads: Sequence[int], by: Membership, at: datetime) -> None:
    if not threads:
        return
    entries = MailboxThread.objects.filter(thread__in=threads)
    boxes = sorted(set(entries.values_list("mailbox_id", flat=True)))
    rows = list(Thread.objects.filter(pk__in=threads[: NAMED + 1]))
    timeline.record(verb, by=by, about=rows, at=at, data={"mailboxes": boxes})
