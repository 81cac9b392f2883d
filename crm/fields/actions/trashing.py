"""The trash: records stay there for thirty days and can be taken out again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from crm.fields.actions import comparing
from crm.fields.models import Merge, Record, kinds
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership

KEPT_FOR = timedelta(days=30)


def trash(records: Sequence[Record], *, by: Membership | None, at: datetime) -> int:
    """Put records into the trash; those that are there stay as they are. Returns how many went."""
    return _each(records, by=by, at=at, into=True)


def restore(records: Sequence[Record], *, by: Membership | None, at: datetime) -> int:
    """Take records out of the trash; returns how many were in it."""
    return _each(records, by=by, at=at, into=False)


def _each(records: Sequence[Record], *, by: Membership | None, at: datetime, into: bool) -> int:
    count = 0
    with transaction.atomic():
        for record in sorted(records, key=lambda each: each.pk):
            rows = type(record).objects.filter(pk=record.pk, trashed_at__isnull=into)
            if not into:
                # What became a part of another comes back by undoing that
                rows = rows.exclude(models.Exists(_merges(record.kind(), models.OuterRef("pk"))))
            done = rows.update(
                trashed_at=at if into else None, trashed_by=by if into else None, updated_at=at
            )
            if not done:
                continue
            record.trashed_at = at if into else None
            record.follow_trash()
            verb = "trashed" if into else "restored"
            timeline.record(
                f"{record.kind()}.{verb}", by=by, about=[record], at=at, data={"name": record.name}
            )
            count += 1
    return count


def remove(records: Sequence[Record], *, by: Membership | None, at: datetime) -> int:
    """Remove for good what lies in the trash; returns how many were removed."""
    count = 0
    with transaction.atomic():
        for record in records:
            if not record.is_trashed:
                continue
            verb, kind, pk = f"{record.kind()}.removed", record.kind(), record.pk
            timeline.record(verb, by=by, about=[record], at=at, data={"name": record.name})
            comparing.forget(type(record), [pk])
            _merges(kind, pk).delete()
            record.delete()
            count += 1
    return count


def purge(*, at: datetime, most: int = 200) -> int:
    """Remove for good what has lain in the trash for longer than thirty days.

    Returns how many were removed: fewer than `most` when none are left.
    """
    count = 0
    for model in kinds().values():
        rows = model.objects.filter(trashed_at__lt=at - KEPT_FOR).order_by("trashed_at")
        count += remove(list(rows[: most - count]), by=None, at=at)
    return count


def _merges(kind: str, pk: Any) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = Merge.objects.filter(kind=kind, other_id=pk, undone_at=None)
    return rows
