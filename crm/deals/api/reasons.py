"""Lost reasons for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.deals.actions import reasons
from crm.deals.models import LostReason
from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions

EXAMPLE = OpenApiExample("A reason", request_only=True, value={"name": "Bought elsewhere"})


class ReasonShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    position = fields.Number(help_text="Reasons stand in this order.")


class NewReasonShape(shapes.Shape):
    """A reason to choose from."""

    name = fields.Text(max_length=120)


class LostReasons(Resource):
    """What people choose from when a deal is lost."""

    read_scope = "deals:read"
    write_scope = "deals:write"
    serializer_class = ReasonShape
    ordering = ("position", "id")

    def rows(self) -> QuerySet[LostReason]:
        rows: QuerySet[LostReason] = LostReason.objects.all()
        return rows

    @extend_schema(summary="List lost reasons")
    def list(self, request: Request) -> Response:
        """Reasons in their order."""
        return self.page(self.rows())

    @extend_schema(
        summary="Make a lost reason",
        request=NewReasonShape,
        responses={201: ReasonShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A reason behind the others."""
        permissions.require(self.member, "pipelines.change")
        asked: dict[str, Any] = self.read(NewReasonShape)
        return self.shown(reasons.create_reason(**asked, by=self.member, at=timezone.now()), 201)

    @extend_schema(summary="Read a lost reason")
    def retrieve(self, request: Request, id: str) -> Response:
        """One reason by its id."""
        return self.shown(self.get_object())

    @extend_schema(summary="Rename a lost reason", request=NewReasonShape, responses=ReasonShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Other words for it; deals that were lost for it keep the old ones."""
        permissions.require(self.member, "pipelines.change")
        row = self.get_object()
        asked = {"name": row.name} | self.read(NewReasonShape, partial=True)
        reasons.rename_reason(reason=row, **asked, by=self.member, at=timezone.now())
        return self.shown(row)

    @extend_schema(summary="Delete a lost reason", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """It is offered no more; deals that were lost for it keep it."""
        permissions.require(self.member, "pipelines.change")
        reasons.delete_reason(reason=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)
