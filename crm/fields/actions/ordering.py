"""Rows that people put in order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from crm.timeline import actions as timeline
from crm.workspaces import tenancy
from crm.workspaces.models import Membership


def put_in_order(
    rows: Any, uids: Iterable[UUID], *, verb: str, about: Any = None, by: Membership, at: datetime
) -> bool:
    """Give these rows their places as named; those not named keep their order behind them.

    Returns whether anything stands elsewhere now; `about` is what the event is about.
    """
    with transaction.atomic():
        known = list(rows.select_for_update().order_by("position", "pk"))
        wanted = {uid: place for place, uid in enumerate(uids)}
        ordered = sorted(known, key=lambda row: wanted.get(row.uid, len(wanted)))
        changed = [row for place, row in enumerate(ordered) if row.position != place]
        for place, row in enumerate(ordered):
            row.position = place
        if not changed:
            return False
        dated = issubclass(rows.model, tenancy.DatedModel)
        for row in changed if dated else ():
            row.updated_at = at
        rows.model.objects.bulk_update(changed, ["position", *(["updated_at"] if dated else [])])
        names = {"order": [str(row) for row in ordered][:50]}
        timeline.record(verb, by=by, about=[about or ordered[0]], at=at, data=names)
    return True
