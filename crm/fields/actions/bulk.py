"""The same change to many records."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.fields.actions.changing import change
from crm.fields.models import Record
from crm.workspaces.models import Membership

MOST = 500


def change_all(
    records: Sequence[Record],
    values: Mapping[str, Any],
    *,
    by: Membership,
    at: datetime,
    batch: str,
) -> int:
    """Give all of them these values in one transaction; returns how many were different.

    `batch` is a word of the caller's that takes it back.
    """
    count = 0
    with transaction.atomic():
        for record in sorted(records, key=lambda each: each.pk):
            before = record.version
            changed = change(record, values, by=by, at=at, data={"batch": batch})
            count += changed.version != before
    return count


def label_all(
    records: Sequence[Record],
    label_id: int,
    *,
    on: bool,
    by: Membership,
    at: datetime,
    batch: str,
) -> int:
    """Put a label on all of them, or take it off; returns how many were different."""
    count = 0
    with transaction.atomic():
        for record in _held(records):
            kept = [pk for pk in record.label_ids if pk != label_id]
            wanted = [*kept, label_id] if on else kept
            if wanted == record.label_ids or (on and label_id in record.label_ids):
                continue
            change(record, {"label_ids": wanted}, by=by, at=at, data={"batch": batch})
            count += 1
    return count


def _held(records: Sequence[Record]) -> list[Record]:
    """As they stand now and nobody else's: what is kept of a list of labels is not made up."""
    if not records:
        return []
    rows = type(records[0]).objects.select_for_update(of=("self",))
    return list(rows.filter(pk__in=[record.pk for record in records]).order_by("pk"))
