"""The end of records that lay in the trash long enough."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from crm.fields.actions import comparing
from crm.fields.actions.trashing import merges_of
from crm.fields.models import Record, kinds
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership

KEPT_FOR = timedelta(days=30)


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
            merges_of(kind, pk).delete()
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
