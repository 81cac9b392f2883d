"""Tasks of projects for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.projects.actions import changing, deleting, tasks
from crm.projects.models import Project, Task
from crm.ui.rest import fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions
from crm.workspaces.models import Membership

EXAMPLE = OpenApiExample(
    "A task",
    request_only=True,
    value={
        "project": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47",
        "name": "Order the loggers",
        "due_on": "2026-12-11",
    },
)


def visible_projects(asking: Membership) -> QuerySet[Project]:
    found: QuerySet[Project] = Project.objects.visible_to(asking)
    return found


def visible_tasks(asking: Membership) -> QuerySet[Task]:
    rows = Task.objects.filter(project__in=visible_projects(asking))
    found: QuerySet[Task] = rows.select_related("project", "parent", "assignee")
    return found


class TaskShape(shapes.Shape):
    id = fields.Id(source="uid")
    project = fields.Id(source="project.uid")
    parent = fields.Id(  # type: ignore[assignment]  # a field, taken off the class
        source="parent.uid", allow_null=True, default=None
    )
    name = fields.Text()
    due_on = fields.Day(allow_null=True)
    assignee = fields.Id(source="assignee.uid", allow_null=True, default=None)
    done = fields.Flag(source="is_done")
    done_at = fields.Moment(allow_null=True)
    position = fields.Number(help_text="Tasks stand in this order beside each other.")
    version = fields.Number(help_text="Counts changes; send it back as `If-Match`.")


class NewTaskShape(shapes.Shape):
    """A task to add to a project."""

    project = fields.Ref(visible_projects, help_text="The id of a project.")
    parent = fields.Ref(  # type: ignore[assignment]  # a field, taken off the class
        visible_tasks,
        required=False,
        allow_null=True,
        default=None,
        help_text="The task it is a part of; that one must not be a part itself.",
    )
    name = fields.Text(max_length=200)
    due_on = fields.Day(required=False, allow_null=True)
    assignee = fields.Colleague(required=False, allow_null=True)


class ChangedTaskShape(shapes.Shape):
    name = fields.Text(max_length=200, required=False)
    due_on = fields.Day(required=False, allow_null=True)
    assignee = fields.Colleague(required=False, allow_null=True)
    done = fields.Flag(required=False, help_text="true ends it and its subtasks.")


class TaskQuery(shapes.PageQuery):
    project = fields.Ref(visible_projects, required=False, help_text="Tasks of this project.")


class Tasks(Resource):
    """What is to be done in the projects that the one who asks sees."""

    read_scope = "deals:read"
    write_scope = "deals:write"
    serializer_class = TaskShape
    list_query = TaskQuery
    ordering = ("project_id", "id")
    versioned = True

    def rows(self) -> QuerySet[Task]:
        return visible_tasks(self.member)

    def shown(self, row: Any, code: int = 200, **headers: str) -> Response:
        return super().shown(row, code, **headers, ETag=f'"{row.version}"')

    @extend_schema(summary="List tasks")
    def list(self, request: Request) -> Response:
        """Tasks by project, in the order they were added."""
        rows = self.rows()
        if self.asked.get("project"):
            rows = rows.filter(project=self.asked["project"])
        return self.page(rows)

    @extend_schema(
        summary="Add a task",
        request=NewTaskShape,
        responses={201: TaskShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A task behind the others, or a subtask of one."""
        permissions.require(self.member, "projects.change")
        asked: dict[str, Any] = self.read(NewTaskShape)
        project, parent = asked.pop("project"), asked.pop("parent")
        if parent is not None and parent.project_id != project.pk:
            text = _("This task belongs to another project.")
            raise ValidationError({"parent": [text]}, code="invalid")
        try:
            made = tasks.create_task(
                project=project,
                parent=parent,
                name=asked.pop("name"),
                values=asked,
                by=self.member,
                at=timezone.now(),
            )
        except tasks.TooDeep as error:
            text = _("A subtask cannot have subtasks.")
            raise ValidationError({"parent": [text]}, code="too_deep") from error
        except tasks.TooMany as error:
            raise Conflict(_("No more tasks fit in here.")) from error
        return self.shown(self.rows().get(pk=made.pk), 201)

    @extend_schema(summary="Read a task")
    def retrieve(self, request: Request, id: str) -> Response:
        """One task by its id."""
        return self.shown(self.get_object())

    @extend_schema(summary="Change a task", request=ChangedTaskShape, responses=TaskShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Change what is named; `done` ends it or takes it up again."""
        permissions.require(self.member, "projects.change")
        row, asked = self.get_object(), self.read(ChangedTaskShape, partial=True)
        done = asked.pop("done", row.is_done)
        how: dict[str, Any] = {"by": self.member, "at": timezone.now()}
        try:
            changing.change_task(task=row, values=asked, version=self.seen_version(), **how)
        except changing.Outdated as error:
            raise Conflict(_("Somebody changed this since you read it. Read it again.")) from error
        if done != row.is_done:
            (changing.finish_task if done else changing.reopen_task)(task=row, **how)
        return self.shown(self.rows().get(pk=row.pk))

    @extend_schema(summary="Delete a task", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Take it out of its project, with its subtasks; `task_restoration` of that undoes it."""
        permissions.require(self.member, "projects.change")
        deleting.delete_task(task=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)
