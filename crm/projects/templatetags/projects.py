"""Filters for projects and tasks: `{% load projects %}`."""

from collections.abc import Mapping
from datetime import date

from django import template

from crm.projects.models import Project, Task
from crm.projects.queries import Progress

register = template.Library()


@register.filter
def progress_of(project: Project, known: Mapping[int, Progress]) -> Progress:
    """How many tasks it has, and how many are done."""
    return known.get(project.pk, Progress())


@register.filter
def is_late(project: Project, today: date) -> bool:
    """Whether it should be done by now."""
    return project.is_late(today)


@register.filter
def due(task: Task, today: date) -> str:
    """ "late", "today" or nothing."""
    return task.due(today)
