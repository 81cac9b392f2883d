"""Tasks of a project and their subtasks."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from crm.fields.actions.changing import plain
from crm.fields.models.definitions import next_position
from crm.projects.models import Project, Task, Template
from crm.timeline import actions as timeline
from crm.timeline.models import Event
from crm.workspaces.models import Membership

MOST = 500


class TooMany(Exception):
    """More tasks than a project can list."""


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


def change_task(*, task: Task, values: Mapping[str, Any], by: Membership, at: datetime) -> Task:
    """Another name, day or assignee for a task."""
    changed = [name for name, value in values.items() if getattr(task, name) != value]
    if not changed:
        return task
    with transaction.atomic():
        for name in changed:
            setattr(task, name, values[name])
        task.save(update_fields=changed)
        data = {"task": task.name, "changed": changed}
        timeline.record("project.task_changed", by=by, about=[task.project], at=at, data=data)
    return task


def finish_task(*, task: Task, by: Membership, at: datetime) -> Task:
    """It is done, and so are its subtasks."""
    if task.is_done:
        return task
    with transaction.atomic():
        task.done_at, task.done_by = at, by
        task.save(update_fields=["done_at", "done_by"])
        Task.objects.filter(parent=task, done_at=None).update(done_at=at, done_by=by)
        data = {"task": task.name}
        timeline.record("project.task_done", by=by, about=[task.project], at=at, data=data)
    return task


def reopen_task(*, task: Task, by: Membership, at: datetime) -> Task:
    """It is to be done again, and so is what it is a part of."""
    if not task.is_done:
        return task
    with transaction.atomic():
        # Those that its own end had ended come back with it
        Task.objects.filter(parent=task, done_at=task.done_at).update(done_at=None, done_by=None)
        task.done_at = task.done_by = None
        task.save(update_fields=["done_at", "done_by"])
        if task.parent_id is not None:
            Task.objects.filter(pk=task.parent_id).update(done_at=None, done_by=None)
        data = {"task": task.name}
        timeline.record("project.task_reopened", by=by, about=[task.project], at=at, data=data)
    return task


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
    return {"uid": str(task.uid), "parent_id": task.parent_id, **values}


def _restored(kept: Mapping[str, Any], project: Project, parent: Task | None) -> Task:
    fields: Any = Task._meta
    values = {name: fields.get_field(name).to_python(kept[name]) for name in KEPT}
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
