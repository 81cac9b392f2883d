"""The tasks of a template put into a project."""

from datetime import date, datetime, timedelta
from typing import Any

from crm.projects.actions.tasks import MOST
from crm.projects.models import Project, Task, Template


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
