"""Tasks of a project deleted, and brought back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from crm.fields.actions.differences import plain
from crm.projects.actions.tasks import MOST, TooMany
from crm.projects.models import Project, Task
from crm.timeline import actions as timeline
from crm.timeline.models import Event
from crm.workspaces.models import Membership


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
