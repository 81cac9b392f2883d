"""The trash: records stay there for thirty days and can be taken out again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction

from crm.fields.models import Merge, Record
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


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
                rows = rows.exclude(models.Exists(merges_of(record.kind(), models.OuterRef("pk"))))
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


def merges_of(kind: str, pk: Any) -> models.QuerySet[Any]:
    """Merges that took this record into another and still stand."""
    rows: models.QuerySet[Any] = Merge.objects.filter(kind=kind, other_id=pk, undone_at=None)
    return rows
