"""Tasks of a project and their subtasks."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from crm.fields.actions.changing import plain
from crm.fields.models.definitions import next_position
from crm.projects.models import Project, Task, Template
from crm.timeline import actions as timeline
from crm.timeline.models import Event
from crm.workspaces.models import Membership

MOST = 500


class TooMany(Exception):
    """More tasks than a project can list."""


class Outdated(Exception):
    """Somebody changed the task since the version that was seen; nothing was written.

    `by` is who did so last, or None where that is not known.
    """

    def __init__(self, by: Membership | None) -> None:
        super().__init__()
        self.by = by


class TooDeep(Exception):
    """A subtask cannot have subtasks."""


def create_task(
    *,
    project: Project,
    name: str,
    parent: Task | None = None,
    values: Mapping[str, Any] | None = None,
    by: Membership,
    at: datetime,
) -> Task:
    """A task behind the others, or a subtask of `parent`; raises TooMany, TooDeep."""
    with transaction.atomic():
        Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        if Task.objects.filter(project=project).count() >= MOST:
            raise TooMany
        if parent is not None and parent.parent_id is not None:
            raise TooDeep
        made: Task = Task.objects.create(
            project=project,
            parent=parent,
            name=name[:200],
            position=next_position(Task, project=project, parent=parent),
            created_at=at,
            **(values or {}),
        )
        data = {"task": made.name}
        timeline.record("project.task_added", by=by, about=[project], at=at, data=data)
    return made


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


def delete_task(*, task: Task, by: Membership, at: datetime) -> None:
    """Take a task out of the project, with its subtasks; the event keeps what they were."""
    with transaction.atomic():
        rows = [task, *Task.objects.filter(parent=task).order_by("position", "pk")]
        data = {"task": task.name, "gone": str(task.uid), "kept": [_kept(row) for row in rows]}
        timeline.record("project.task_removed", by=by, about=[task.project], at=at, data=data)
        task.delete()


def bring_back_task(*, project: Project, uid: UUID, by: Membership, at: datetime) -> Task | None:
    """Undo the last removal of this task by this member, subtasks and all.

    None where he removed none of that id, or it is there; raises TooMany.
    """
    with transaction.atomic():
        Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        events = Event.objects.filter(
            about__kind=Project.kind(),
            about__object_id=project.pk,
            verb="project.task_removed",
            by=by,
            data__gone=str(uid),
        )
        event = events.order_by("-at", "-pk").first()
        if event is None or Task.objects.filter(uid=uid).exists():
            return None
        first, *rest = event.data["kept"]
        if Task.objects.filter(project=project).count() + len(rest) >= MOST:
            raise TooMany
        parent = Task.objects.filter(project=project, pk=first["parent_id"]).first()
        made = _restored(first, project, parent)
        for each in rest:
            _restored(each, project, made)
        data = {"task": made.name}
        timeline.record("project.task_brought_back", by=by, about=[project], at=at, data=data)
    return made


KEPT = ("name", "due_on", "assignee_id", "position", "done_at", "done_by_id", "created_at")


def _kept(task: Task) -> dict[str, Any]:
    """What a task is made of, in plain JSON."""
    values = {name: plain(getattr(task, name)) for name in KEPT}
    return {"uid": str(task.uid), "parent_id": task.parent_id, "version": task.version, **values}


def _restored(kept: Mapping[str, Any], project: Project, parent: Task | None) -> Task:
    fields: Any = Task._meta
    values = {name: fields.get_field(name).to_python(kept[name]) for name in KEPT}
    # Who still looks at the one that was taken out is told as well
    values["version"] = kept.get("version", 1) + 1
    made: Task = Task.objects.create(uid=kept["uid"], project=project, parent=parent, **values)
    return made


def add_template(*, project: Project, template: Template, first: date, at: datetime) -> None:
    """The tasks of a template, due so many days after the first one."""
    parents = [
        Task(
            project=project,
            name=str(each["name"])[:200],
            due_on=day_after(first, each.get("days")),
            position=place,
            created_at=at,
        )
        for place, each in enumerate(template.tasks[:MOST])
    ]
    Task.objects.bulk_create(parents)
    Task.objects.bulk_create(
        Task(
            project=project,
            parent=parent,
            name=str(each["name"])[:200],
            due_on=day_after(first, each.get("days")),
            position=place,
            created_at=at,
        )
        for parent, task in zip(parents, template.tasks, strict=False)
        for place, each in enumerate(task.get("tasks", []))
    )


def day_after(first: date, days: Any) -> date | None:
    """So many days later; None where nobody says how many, or the calendar is over by then."""
    try:
        return None if days is None else first + timedelta(days=int(days))
    except OverflowError:
        return None
