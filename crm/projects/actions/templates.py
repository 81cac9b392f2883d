"""Templates of projects."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from crm.fields.models.definitions import next_position
from crm.projects.models import Project, Task, Template
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


def create_template(
    *, name: str, values: Mapping[str, Any], by: Membership, at: datetime
) -> Template:
    """A template behind the others."""
    with transaction.atomic():
        made: Template = Template.objects.create(
            name=name[:60], position=next_position(Template), **values
        )
        timeline.record("template.created", by=by, about=[made], at=at, data={"name": name})
    return made


def template_of(*, project: Project, name: str, by: Membership, at: datetime) -> Template:
    """A template with the tasks of this project, their days counted from its first one."""
    first = project.starts_on or project.created_at.date()
    rows = list(Task.objects.filter(project=project).order_by("position", "pk"))
    tasks = [
        _told(row, first)
        | {"tasks": [_told(each, first) for each in rows if each.parent_id == row.pk]}
        for row in rows
        if row.parent_id is None
    ]
    days = max(0, (project.due_on - first).days) if project.due_on else None
    values = {"board_id": project.board_id, "days": days, "tasks": tasks}
    return create_template(name=name, values=values, by=by, at=at)


def change_template(
    *, template: Template, values: Mapping[str, Any], by: Membership, at: datetime
) -> Template:
    """Another name, board, length or other tasks; projects that began with it stay as they are."""
    changed = [name for name, value in values.items() if getattr(template, name) != value]
    if not changed:
        return template
    with transaction.atomic():
        before = _words(template)
        for name in changed:
            setattr(template, name, values[name])
        template.save(update_fields=changed)
        after = _words(template)
        changes = {name: [was, after[name]] for name, was in before.items() if was != after[name]}
        timeline.record(
            "template.changed", by=by, about=[template], at=at, data={"changes": changes}
        )
    return template


def _words(template: Template) -> dict[str, Any]:
    """What a template says, as people read it."""
    return {
        "name": template.name,
        "board": template.board.name,
        "days": template.days,
        "tasks": [
            each["name"] + (f" +{each['days']}" if each.get("days") is not None else "")
            for task in template.tasks
            for each in (task, *task.get("tasks", ()))
        ],
    }


def delete_template(*, template: Template, by: Membership, at: datetime) -> None:
    """It is offered no more."""
    with transaction.atomic():
        data = {"name": template.name}
        timeline.record("template.deleted", by=by, about=[template], at=at, data=data)
        template.delete()


def _told(task: Task, first: date) -> dict[str, Any]:
    days = max(0, (task.due_on - first).days) if task.due_on else None
    return {"name": task.name, "days": days}
