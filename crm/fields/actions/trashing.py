"""The trash: records stay there for thirty days and can be taken out again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from crm.fields.models import Record, kinds
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


def purge(*, before: datetime, most: int = 500) -> int:
    """Remove for good what has lain in the trash since before; returns how many were removed."""
    count = 0
    for model in kinds().values():
        rows = model.objects.filter(trashed_at__lt=before).order_by("trashed_at")[:most]
        for record in rows:
            with transaction.atomic():
                timeline.record(
                    f"{record.kind()}.removed",
                    by=None,
                    about=[record],
                    at=before,
                    data={"name": record.name},
                )
                record.delete()
            count += 1
    return count
