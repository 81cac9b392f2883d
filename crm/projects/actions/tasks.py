"""Making tasks of a project and their subtasks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.fields.models.definitions import next_position
from crm.projects.models import Project, Task
from crm.timeline import actions as timeline
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
