"""The types of activity of a workspace."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from crm.timeline.actions.recording import record
from crm.timeline.models import ActivityType
from crm.workspaces.models import Membership


def create_type(*, name: str, icon: str, by: Membership, at: datetime) -> ActivityType:
    """A type behind the others."""
    with transaction.atomic():
        last = ActivityType.objects.aggregate(at=Max("position"))["at"]
        made: ActivityType = ActivityType.objects.create(
            name=name, icon=icon, position=0 if last is None else last + 1
        )
        record("activity_type.created", by=by, about=[made], at=at, data={"name": name})
    return made


def change_type(
    *, kind: ActivityType, values: Mapping[str, Any], by: Membership, at: datetime
) -> ActivityType:
    """Another name or icon; `is_closed` takes it out of the choice, or back into it."""
    given = dict(values)
    if "is_closed" in given:
        given["closed_at"] = at if given.pop("is_closed") else None
    changes = {
        name: [str(getattr(kind, name) or ""), str(value or "")]
        for name, value in given.items()
        if getattr(kind, name) != value
    }
    if not changes:
        return kind
    with transaction.atomic():
        for name in changes:
            setattr(kind, name, given[name])
        kind.save(update_fields=list(changes))
        record("activity_type.changed", by=by, about=[kind], at=at, data={"changes": changes})
    return kind


def order_types(*, order: Sequence[ActivityType], by: Membership, at: datetime) -> None:
    """Put the types into this order; those not named come behind, as they stood."""
    named = {kind.pk for kind in order}
    others = ActivityType.objects.exclude(pk__in=named).order_by("position", "pk")
    with transaction.atomic():
        rows = [*order, *others]
        for place, kind in enumerate(rows):
            kind.position = place
        ActivityType.objects.bulk_update(rows, ["position"])
        said = {"order": [kind.name for kind in rows][:50]}
        record("activity_type.ordered", by=by, about=list(order[:1]), at=at, data=said)
