"""Tasks of a project changed, finished and opened again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from crm.projects.models import Project, Task
from crm.timeline import actions as timeline
from crm.timeline.models import Event
from crm.workspaces.models import Membership


class Outdated(Exception):
    """Somebody changed the task since the version that was seen; nothing was written.

    `by` is who did so last, or None where that is not known.
    """

    def __init__(self, by: Membership | None) -> None:
        super().__init__()
        self.by = by


def change_task(
    *,
    task: Task,
    values: Mapping[str, Any],
    by: Membership,
    at: datetime,
    version: int | None = None,
) -> Task:
    """Another name, day or assignee for a task; raises Outdated where it is not that version."""
    with transaction.atomic():
        fresh = _locked(task)
        if version is not None and version != fresh.version:
            raise Outdated(_last(fresh))
        changed = [name for name, value in values.items() if getattr(fresh, name) != value]
        if not changed:
            return fresh
        for name in changed:
            setattr(fresh, name, values[name])
        fresh.version += 1
        fresh.save(update_fields=[*changed, "version"])
        data = {"task": fresh.name, "changed": changed}
        timeline.record("project.task_changed", by=by, about=[fresh.project], at=at, data=data)
    return fresh


def finish_task(*, task: Task, by: Membership, at: datetime) -> Task:
    """It is done, and so are its subtasks."""
    with transaction.atomic():
        fresh = _locked(task)
        if fresh.is_done:
            return fresh
        _end(Task.objects.filter(pk=fresh.pk), at, by)
        _end(Task.objects.filter(parent=fresh, done_at=None), at, by)
        data = {"task": fresh.name}
        timeline.record("project.task_done", by=by, about=[fresh.project], at=at, data=data)
    return fresh


def reopen_task(*, task: Task, by: Membership, at: datetime) -> Task:
    """It is to be done again, and so is what it is a part of."""
    with transaction.atomic():
        fresh = _locked(task)
        if not fresh.is_done:
            return fresh
        # Those that its own end had ended come back with it
        _end(Task.objects.filter(parent=fresh, done_at=fresh.done_at), None, None)
        _end(Task.objects.filter(pk=fresh.pk), None, None)
        if fresh.parent_id is not None:
            _end(Task.objects.filter(pk=fresh.parent_id, done_at__isnull=False), None, None)
        data = {"task": fresh.name}
        timeline.record("project.task_reopened", by=by, about=[fresh.project], at=at, data=data)
    return fresh


def _locked(task: Task) -> Task:
    """The row as it stands, nobody else's until the transaction ends."""
    rows = Task.objects.select_for_update(of=("self",)).select_related("project", "assignee")
    fresh: Task = rows.get(pk=task.pk)
    return fresh


def _last(task: Task) -> Membership | None:
    """Who changed it last, by what is told of it under the name it bears."""
    events = Event.objects.filter(
        about__kind=Project.kind(),
        about__object_id=task.project_id,
        verb__in=["project.task_changed", "project.task_done", "project.task_reopened"],
        data__task=task.name,
    )
    last = events.select_related("by").order_by("-at", "-pk").first()
    return last.by if last else None


def _end(rows: QuerySet[Task], at: datetime | None, by: Membership | None) -> None:
    rows.update(done_at=at, done_by=by, version=F("version") + 1)
