"""Tasks as they stand, and how far a project is."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from crm.projects.models import Project, Task


@dataclass(frozen=True, slots=True)
class Progress:
    """How many tasks a project has, and how many of them are done."""

    count: int = 0
    done: int = 0


@dataclass(frozen=True, slots=True)
class Branch:
    """A task with its subtasks."""

    task: Task
    subtasks: list[Task] = field(default_factory=list)


def progress(projects: Iterable[Project]) -> dict[int, Progress]:
    """How far each of these projects is; one query."""
    pks = [project.pk for project in projects]
    if not pks:
        return {}
    rows = Task.objects.filter(project_id__among=pks).order_by().values_list("project_id")
    told = rows.annotate(Count("pk"), done=Count("pk", filter=Q(done_at__isnull=False)))
    return {pk: Progress(count, done) for pk, count, done in told}


def tasks_of(project: Project) -> list[Branch]:
    """The tasks of a project in their order, each with its subtasks; one query."""
    rows = list(
        Task.objects.filter(project=project).select_related("assignee").order_by("position", "pk")
    )
    branches = {row.pk: Branch(row) for row in rows if row.parent_id is None}
    for row in rows:
        if row.parent_id in branches:
            branches[row.parent_id].subtasks.append(row)
    return list(branches.values())
