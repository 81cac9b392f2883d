"""Planning activities."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.timeline.actions import telling
from crm.timeline.actions.doing import recorded, said
from crm.timeline.actions.due import Due, later
from crm.timeline.actions.linking import link, relink
from crm.timeline.actions.recording import record
from crm.timeline.models import Activity
from crm.workspaces.models import Membership


class Outdated(Exception):
    """Somebody changed the activity since the version that was seen; nothing was written."""


def create_activity(
    *,
    values: Mapping[str, Any],
    due: Due,
    about: Sequence[Any] = (),
    by: Membership | None,
    at: datetime,
) -> Activity:
    """Plan an activity about these records; `values` are columns, the assignee `by` if not given.

    With `is_done` in the values it is noted as done already.
    """
    given = dict(values)
    done = given.pop("is_done", False)
    activity = Activity(created_by=by, created_at=at, updated_at=at, **given, **due.columns())
    activity.assignee = given.get("assignee", by)
    activity.remind_at = None if done else later(due.remind_at(activity.remind_before), at)
    if done:
        activity.done_at, activity.done_by = at, by
    telling.prepare(activity)
    with transaction.atomic():
        activity.save(force_insert=True)
        link(activity, about)
        verb = "activity.done" if done else "activity.created"
        event = record(verb, by=by, about=[activity, *about], at=at, data=said(activity))
        telling.tell_assigned(activity, event)
    return activity


def change_activity(
    *,
    activity: Activity,
    values: Mapping[str, Any],
    due: Due | None = None,
    about: Sequence[Any] | None = None,
    hidden: Sequence[tuple[str, int]] = (),
    by: Membership,
    at: datetime,
    version: int | None = None,
) -> Activity:
    """Give it these values; without `due` and `about` those stay. Raises Outdated.

    `hidden` names records it stays about because whoever changes it does not see them.
    """
    with transaction.atomic():
        fresh: Activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
        if version is not None and version != fresh.version:
            raise Outdated
        was = fresh.assignee_id
        changes = _assign(fresh, {**values, **(due.columns() if due else {})})
        linked = about is not None and relink(fresh, about, hidden)
        if not changes and not linked:
            return fresh
        base = due or Due(fresh.due_on, fresh.due_at)
        if due is not None or "remind_before" in changes:
            fresh.remind_at = later(base.remind_at(fresh.remind_before), at)
        fresh.version += 1
        fresh.updated_at = at
        telling.prepare(fresh)
        fresh.save()
        event = recorded("activity.changed", fresh, by, at, {"changes": changes})
        if fresh.assignee_id != was:
            telling.tell_assigned(fresh, event)
    return fresh


def _assign(activity: Activity, values: Mapping[str, Any]) -> dict[str, list[str]]:
    changes = {}
    for name, value in values.items():
        before = getattr(activity, name)
        if before != value:
            setattr(activity, name, value)
            changes[name] = [str(before or ""), str(value or "")]
    return changes
