"""A sample project with its tasks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as n_

from crm.deals.actions.sampling import Made, Sampler
from crm.fields.models import Label
from crm.projects.actions.changing import finish_task
from crm.projects.actions.preparing import prepare_delivering
from crm.projects.actions.projects import create_project
from crm.projects.actions.tasks import create_task
from crm.projects.models import Phase, Project, ProjectLink, Task
from crm.timeline.models import Sample
from crm.workspaces.models import Membership

# Name, days until it is due, its subtasks
TASKS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    (n_("Agree on the days of installation"), -1, ()),
    (n_("Order the loggers"), 3, (n_("Count the doors"), n_("Check the stock"))),
    (n_("Install and hand over"), 14, ()),
)


def _add(
    made: Made, label: Label, by: Membership, at: datetime
) -> tuple[Sequence[Project], Sequence[Any]]:
    prepare_delivering(by=by, at=at)
    phases = Phase.objects.filter(board__closed_at=None)
    phase = list(phases.order_by("board__position", "board", "position", "pk")[:2])[-1]
    project = create_project(
        name=_("Pilot in one depot"),
        phase=phase,
        values={
            "organization": made.firms[0],
            "person": made.people[0],
            "starts_on": (at - timedelta(days=7)).date(),
            "due_on": (at + timedelta(days=21)).date(),
            "label_ids": [label.pk],
        },
        deals=[made.deals[0]],
        by=by,
        at=at,
    )
    tasks = [task for told in TASKS for task in _tasks(project, *told, by, at)]
    finish_task(task=tasks[0], by=by, at=at)
    return [project], tasks


def _tasks(
    project: Project, name: str, days: int, parts: Sequence[str], by: Membership, at: datetime
) -> list[Task]:
    how: dict[str, Any] = {"project": project, "by": by, "at": at}
    values = {"due_on": (at + timedelta(days=days)).date(), "assignee": by}
    task = create_task(name=_(name), values=values, **how)
    return [task, *(create_task(name=_(each), parent=task, **how) for each in parts)]


def _worked_on(pks: Sequence[int]) -> set[int]:
    """Projects with a task of one's own."""
    samples = Sample.objects.filter(kind="task").values_list("object_id", flat=True)
    own = Task.objects.filter(project__in=pks).exclude(pk__in=list(samples))
    return set(own.values_list("project_id", flat=True))


SAMPLER = Sampler(Project, _add, _worked_on, pointing=(ProjectLink,))
