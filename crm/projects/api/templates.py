"""Templates of projects for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.projects.actions import templates
from crm.projects.api.boards import known_boards
from crm.projects.models import Template
from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions

EXAMPLE = OpenApiExample(
    "A template",
    request_only=True,
    value={
        "name": "Installation",
        "board": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47",
        "days": 30,
        "tasks": [{"name": "Order the parts", "days": 5, "tasks": [{"name": "Count them"}]}],
    },
)


MOST_TASKS = 100


class ProjectStepShape(shapes.Shape):
    name = fields.Text(max_length=200)
    days = fields.Number(
        min_value=0,
        max_value=3650,
        required=False,
        allow_null=True,
        default=None,
        help_text="After how many days it is due.",
    )


class ProjectBranchShape(ProjectStepShape):
    tasks = counted.Few(
        child=ProjectStepShape(), required=False, default=list, max_length=MOST_TASKS
    )


class TemplateShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    board = fields.Id(source="board.uid")
    days = fields.Number(allow_null=True)
    tasks = ProjectBranchShape(many=True)


class NewTemplateShape(shapes.Shape):
    """What projects of one sort begin with."""

    name = fields.Text(max_length=60)
    board = fields.Ref(known_boards, help_text="The board of its projects.")
    days = fields.Number(
        min_value=0,
        max_value=3650,
        required=False,
        allow_null=True,
        default=None,
        help_text="How many days such a project takes.",
    )
    tasks = counted.Few(
        child=ProjectBranchShape(), required=False, default=list, max_length=MOST_TASKS
    )


class ChangedTemplateShape(shapes.Shape):
    name = fields.Text(max_length=60, required=False)
    board = fields.Ref(known_boards, required=False)
    days = fields.Number(min_value=0, max_value=3650, required=False, allow_null=True)
    tasks = counted.Few(child=ProjectBranchShape(), required=False, max_length=MOST_TASKS)


class Templates(Resource):
    """What projects begin with."""

    read_scope = "deals:read"
    write_scope = "deals:write"
    serializer_class = TemplateShape
    ordering = ("position", "id")

    def rows(self) -> QuerySet[Template]:
        rows: QuerySet[Template] = Template.objects.select_related("board")
        return rows

    @extend_schema(summary="List templates of projects")
    def list(self, request: Request) -> Response:
        """Templates in their order."""
        return self.page(self.rows())

    @extend_schema(
        summary="Make a template of projects",
        request=NewTemplateShape,
        responses={201: TemplateShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A template behind the others."""
        permissions.require(self.member, "boards.change")
        asked: dict[str, Any] = self.read(NewTemplateShape)
        made = templates.create_template(
            name=asked.pop("name"), values=asked, by=self.member, at=timezone.now()
        )
        return self.shown(self.rows().get(pk=made.pk), 201)

    @extend_schema(summary="Read a template of projects")
    def retrieve(self, request: Request, id: str) -> Response:
        """One template by its id."""
        return self.shown(self.get_object())

    @extend_schema(
        summary="Change a template of projects",
        request=ChangedTemplateShape,
        responses=TemplateShape,
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Change what is named; tasks, if given, are all of them anew."""
        permissions.require(self.member, "boards.change")
        row, asked = self.get_object(), self.read(ChangedTemplateShape, partial=True)
        templates.change_template(template=row, values=asked, by=self.member, at=timezone.now())
        return self.shown(self.rows().get(pk=row.pk))

    @extend_schema(summary="Delete a template of projects", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """It is offered no more; projects that began with it stay."""
        permissions.require(self.member, "boards.change")
        templates.delete_template(template=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)
