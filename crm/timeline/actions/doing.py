"""Activities done, opened again, taken away and brought back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.timeline.actions import telling
from crm.timeline.actions.recording import record
from crm.timeline.models import Activity
from crm.workspaces.models import Membership


def finish(*, activity: Activity, by: Membership, at: datetime) -> Activity:
    """It is done; what is done already stays as it is."""
    return _turn(activity, by, at, done=True)


def reopen(*, activity: Activity, by: Membership, at: datetime) -> Activity:
    """It is still to be done."""
    return _turn(activity, by, at, done=False)


def remove(*, activity: Activity, by: Membership, at: datetime) -> None:
    """Take it away; for thirty days it can be brought back."""
    with transaction.atomic():
        gone = Activity.objects.filter(pk=activity.pk, trashed_at=None)
        if gone.update(trashed_at=at, updated_at=at):
            recorded("activity.removed", activity, by, at, {})


def bring_back(*, activity: Activity, by: Membership, at: datetime) -> None:
    """As if it had never been taken away."""
    with transaction.atomic():
        back = Activity.objects.filter(pk=activity.pk, trashed_at__isnull=False)
        if back.update(trashed_at=None, updated_at=at):
            recorded("activity.brought_back", activity, by, at, {})


def _turn(activity: Activity, by: Membership, at: datetime, *, done: bool) -> Activity:
    with transaction.atomic():
        fresh: Activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
        if fresh.is_done == done:
            return fresh
        fresh.done_at, fresh.done_by = (at, by) if done else (None, None)
        fresh.version += 1
        fresh.updated_at = at
        fresh.save(update_fields=["done_at", "done_by", "version", "updated_at"])
        recorded("activity.done" if done else "activity.reopened", fresh, by, at, {})
    return fresh


def recorded(
    verb: str, activity: Activity, by: Membership, at: datetime, data: Mapping[str, Any]
) -> Any:
    """What happened to an activity, in its history and in those of what it is about."""
    about = telling.records_of(activity)
    return record(verb, by=by, about=[activity, *about], at=at, data={**said(activity), **data})


def said(activity: Activity) -> dict[str, Any]:
    return {"subject": activity.subject, "type": activity.type.name}
