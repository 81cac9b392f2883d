"""Merging two conversations by hand, and taking them apart again exactly."""

from datetime import datetime

from django.db import transaction

from crm.workspaces.models import Membership
from inbox.actions import apart, keeping, merging
from inbox.models import Parting, Thread, ThreadMerge


class NotApart(ValueError):
    """The two cannot be merged or parted: one of them became something else meanwhile."""


def merge(*, into: Thread, other: Thread, by: Membership, at: datetime) -> ThreadMerge:
    """Make one thread of two; each mailbox keeps the stricter visibility of what it has of both.

    Raises NotApart where they are one already, and PermissionDenied unless the member works
    in mailboxes that have them.
    """
    with transaction.atomic():
        apart.lock()
        rows = {row.pk: row for row in _locked(into.pk, other.pk)}
        if len(rows) != 2 or any(row.merged_into_id for row in rows.values()):
            raise NotApart
        boxes = apart.own_boxes([into.pk, other.pk], by)
        low, high = sorted((into.pk, other.pk))
        Parting.objects.filter(thread_id=low, other_id=high).delete()
        made: ThreadMerge = ThreadMerge.objects.create(
            into=into, other=other, by=by, at=at, kept=keeping.kept(into.pk, other.pk)
        )
        merging.merge(into=into.pk, threads={other.pk})
        apart.refresh([into.pk])
        apart.tell("thread.merged", [into, other], boxes, by, at)
    return made


def unmerge(*, done: ThreadMerge, by: Membership, at: datetime) -> Thread:
    """Take two threads apart as they were; what came meanwhile stays with the first.

    They are parted from then on. Raises NotApart, and PermissionDenied as `merge` does.
    """
    with transaction.atomic():
        apart.lock()
        row = ThreadMerge.objects.select_for_update().get(pk=done.pk)
        into, other = row.into_id, row.other_id
        rows = {thread.pk: thread for thread in _locked(into, other)}
        is_whole = len(rows) == 2 and rows[other].merged_into_id == into
        if row.undone_at is not None or not is_whole or rows[into].merged_into_id is not None:
            raise NotApart
        boxes = apart.own_boxes([into], by)
        keeping.restore(row.kept, into, other)
        Thread.objects.filter(pk=other).update(merged_into=None)
        apart.part(into, other)
        apart.refresh([into, other])
        ThreadMerge.objects.filter(pk=row.pk).update(undone_at=at)
        apart.tell("thread.split", list(rows.values()), boxes, by, at)
    return rows[other]


def _locked(*pks: int) -> list[Thread]:
    return list(Thread.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
