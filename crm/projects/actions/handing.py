"""Open tasks go along when their assignee's records go to somebody else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from crm.fields.actions.handing import Work
from crm.projects.models import Project, Task
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


def _open_of(owner: Membership) -> QuerySet[Any]:
    rows: QuerySet[Any] = Task.objects.filter(assignee=owner, done_at=None)
    return rows


def _tell(
    rows: Sequence[Any], _owner: Membership, to: Membership, by: Membership, at: datetime
) -> None:
    Task.objects.filter(pk__among=[row.pk for row in rows]).update(assignee=to)
    told = [
        ([(Project.kind(), row.project_id)], {"task": row.name, "changed": ["assignee"]})
        for row in rows
    ]
    timeline.record_each("project.task_changed", by=by, told=told, at=at)


TASKS = Work("task", _open_of, _tell)
