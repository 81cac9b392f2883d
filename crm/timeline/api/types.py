"""Types of activity for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.timeline.actions import preparing, types
from crm.timeline.models import ActivityType, Icon
from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions

EXAMPLE = OpenApiExample("A type", request_only=True, value={"name": "Site visit", "icon": "globe"})


class TypeShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    icon = fields.Choice(choices=Icon.choices)
    position = fields.Number(help_text="Types stand in this order.")


class NewTypeShape(shapes.Shape):
    """A type to make, behind the others."""

    name = fields.Text(max_length=40)
    icon = fields.Choice(choices=Icon.choices, required=False, default=Icon.ACTIVITY)


class ActivityTypes(Resource):
    """Sorts of activity: call, meeting, and those the workspace made."""

    read_scope = "activities:read"
    write_scope = "activities:write"
    serializer_class = TypeShape
    ordering = ("position", "id")

    def rows(self) -> QuerySet[ActivityType]:
        preparing.prepare_types()
        rows: QuerySet[ActivityType] = ActivityType.objects.filter(closed_at=None)
        return rows

    @extend_schema(summary="List types of activity")
    def list(self, request: Request) -> Response:
        """The types to choose from, in their order."""
        return self.page(self.rows())

    @extend_schema(
        summary="Make a type of activity",
        request=NewTypeShape,
        responses={201: TypeShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A new type behind the others."""
        permissions.require(self.member, "activity_types.change")
        asked: dict[str, Any] = self.read(NewTypeShape)
        return self.shown(types.create_type(**asked, by=self.member, at=timezone.now()), 201)

    @extend_schema(summary="Read a type of activity")
    def retrieve(self, request: Request, id: str) -> Response:
        """One type by its id."""
        return self.shown(self.get_object())

    @extend_schema(summary="Change a type of activity", request=NewTypeShape, responses=TypeShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Another name or icon."""
        permissions.require(self.member, "activity_types.change")
        row = self.get_object()
        asked = self.read(NewTypeShape, partial=True)
        types.change_type(kind=row, values=asked, by=self.member, at=timezone.now())
        return self.shown(row)

    @extend_schema(summary="Close a type of activity", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Take it out of the choice; activities of this type keep it."""
        permissions.require(self.member, "activity_types.change")
        values = {"is_closed": True}
        types.change_type(kind=self.get_object(), values=values, by=self.member, at=timezone.now())
        return Response(status=204)
