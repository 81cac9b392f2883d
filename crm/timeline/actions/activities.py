"""Planning activities, and doing them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db import transaction

from crm.timeline.actions import telling
from crm.timeline.actions.recording import record
from crm.timeline.models import SOMEDAY, Activity, ActivityAbout
from crm.workspaces.models import Membership

# When somebody is reminded of what has a day and no time of day
MORNING = time(9)


class Outdated(Exception):
    """Somebody changed the activity since the version that was seen; nothing was written."""


@dataclass(frozen=True, slots=True)
class Due:
    """A day, or with `at` a moment, in the zone of whoever says it."""

    on: date | None = None
    at: datetime | None = None
    zone: tzinfo = UTC

    def columns(self) -> dict[str, Any]:
        """What an activity keeps of it."""
        if self.at is not None:
            day = self.at.astimezone(self.zone).date()
            return {"due_on": day, "due_at": self.at, "falls_at": self.at}
        start = datetime.combine(self.on, time.min, UTC) if self.on else SOMEDAY
        return {"due_on": self.on, "due_at": None, "falls_at": start}

    def remind_at(self, before: int | None) -> datetime | None:
        """The moment so many minutes before; for a whole day counted from nine o'clock."""
        if before is None or (self.on is None and self.at is None):
            return None
        start = self.at or datetime.combine(self.on or date.min, MORNING, self.zone)
        try:
            return start.astimezone(UTC) - timedelta(minutes=before)
        except OverflowError:
            # Before there were days
            return None


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
    activity.remind_at = None if done else _later(due.remind_at(activity.remind_before), at)
    if done:
        activity.done_at, activity.done_by = at, by
    telling.prepare(activity)
    with transaction.atomic():
        activity.save(force_insert=True)
        _link(activity, about)
        verb = "activity.done" if done else "activity.created"
        event = record(verb, by=by, about=[activity, *about], at=at, data=_said(activity))
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
        linked = about is not None and _relink(fresh, about, hidden)
        if not changes and not linked:
            return fresh
        base = due or Due(fresh.due_on, fresh.due_at)
        if due is not None or "remind_before" in changes:
            fresh.remind_at = _later(base.remind_at(fresh.remind_before), at)
        fresh.version += 1
        fresh.updated_at = at
        telling.prepare(fresh)
        fresh.save()
        event = _recorded("activity.changed", fresh, by, at, {"changes": changes})
        if fresh.assignee_id != was:
            telling.tell_assigned(fresh, event)
    return fresh


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
            _recorded("activity.removed", activity, by, at, {})


def bring_back(*, activity: Activity, by: Membership, at: datetime) -> None:
    """As if it had never been taken away."""
    with transaction.atomic():
        back = Activity.objects.filter(pk=activity.pk, trashed_at__isnull=False)
        if back.update(trashed_at=None, updated_at=at):
            _recorded("activity.brought_back", activity, by, at, {})


def _turn(activity: Activity, by: Membership, at: datetime, *, done: bool) -> Activity:
    with transaction.atomic():
        fresh: Activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
        if fresh.is_done == done:
            return fresh
        fresh.done_at, fresh.done_by = (at, by) if done else (None, None)
        fresh.version += 1
        fresh.updated_at = at
        fresh.save(update_fields=["done_at", "done_by", "version", "updated_at"])
        _recorded("activity.done" if done else "activity.reopened", fresh, by, at, {})
    return fresh


def _recorded(
    verb: str, activity: Activity, by: Membership, at: datetime, data: Mapping[str, Any]
) -> Any:
    about = telling.records_of(activity)
    return record(verb, by=by, about=[activity, *about], at=at, data={**_said(activity), **data})


def _said(activity: Activity) -> dict[str, Any]:
    return {"subject": activity.subject, "type": activity.type.name}


def _later(moment: datetime | None, at: datetime) -> datetime | None:
    """A reminder that would be in the past is none."""
    return moment if moment is not None and moment > at else None


def _assign(activity: Activity, values: Mapping[str, Any]) -> dict[str, list[str]]:
    changes = {}
    for name, value in values.items():
        before = getattr(activity, name)
        if before != value:
            setattr(activity, name, value)
            changes[name] = [str(before or ""), str(value or "")]
    return changes


def _link(activity: Activity, about: Iterable[Any]) -> None:
    rows = {(row._meta.model_name, row.pk) for row in about}
    ActivityAbout.objects.bulk_create(
        ActivityAbout(of=activity, kind=kind, object_id=pk) for kind, pk in sorted(rows)
    )


def _relink(activity: Activity, about: Iterable[Any], hidden: Iterable[tuple[str, int]]) -> bool:
    """Let it be about exactly these; returns whether that changed anything."""
    wanted = {(row._meta.model_name, row.pk) for row in about} | set(hidden)
    rows = list(ActivityAbout.objects.filter(of=activity))
    there = {(row.kind, row.object_id) for row in rows}
    gone = [row.pk for row in rows if (row.kind, row.object_id) not in wanted]
    ActivityAbout.objects.filter(pk__in=gone).delete()
    ActivityAbout.objects.bulk_create(
        ActivityAbout(of=activity, kind=kind, object_id=pk) for kind, pk in sorted(wanted - there)
    )
    return there != wanted
