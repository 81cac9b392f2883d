"""Labels for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields.actions import labels
from crm.fields.api.of_kind import KINDS, KindQuery, OfKind
from crm.fields.models import Label
from crm.fields.models.labels import Hue
from crm.ui.rest import fields, shapes
from crm.ui.rest.bulk import Bulk
from crm.workspaces import permissions

# Kinds that have labels; the words are those of the resources
EXAMPLE = OpenApiExample(
    "A label", request_only=True, value={"kind": "person", "name": "Customer", "hue": "leaf"}
)


class LabelShape(shapes.Shape):
    id = fields.Id(source="uid")
    kind = fields.Choice(choices=KINDS)
    name = fields.Text()
    hue = fields.Choice(choices=Hue.choices)
    updated_at = fields.Moment()


class NewLabelShape(shapes.Shape):
    """A label to make."""

    kind = fields.Choice(choices=KINDS)
    name = fields.Text(max_length=40)
    hue = fields.Choice(choices=Hue.choices, required=False, default=Hue.STONE)


class ChangedLabelShape(shapes.Shape):
    name = fields.Text(max_length=40, required=False)
    hue = fields.Choice(choices=Hue.choices, required=False)


class LabelQuery(KindQuery, shapes.DatedQuery):
    """Which labels are listed."""


class Labels(Bulk, OfKind):
    """The short coloured words that records of one kind may have."""

    list_query = LabelQuery

    many = "labels"
    new_shape, changed_shape = NewLabelShape, ChangedLabelShape

    serializer_class = LabelShape

    def rows(self) -> QuerySet[Label]:
        rows: QuerySet[Label] = Label.objects.all()
        return rows

    @extend_schema(summary="List labels")
    def list(self, request: Request) -> Response:
        """Labels by kind, in their order."""
        return self.of_kind()

    @extend_schema(
        summary="Make a label",
        request=NewLabelShape,
        responses={201: LabelShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A new label; its name is the only one of its kind."""
        return self.shown(self.make(self.read(NewLabelShape)), 201)

    @extend_schema(summary="Read a label")
    def retrieve(self, request: Request, id: str) -> Response:
        """One label by its id."""
        return self.shown(self.get_object())

    @extend_schema(summary="Change a label", request=ChangedLabelShape, responses=LabelShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Another name or colour."""
        asked = self.read(ChangedLabelShape, partial=True)
        return self.shown(self.alter(self.get_object(), asked))

    @extend_schema(summary="Delete a label", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Remove a label; records that have it show it no more."""
        self.remove(self.get_object())
        return Response(status=204)

    def make(self, asked: dict[str, Any]) -> Label:
        permissions.require(self.member, "labels.change")
        return labels.create_label(**asked, by=self.member, at=timezone.now())

    def alter(self, row: Label, asked: dict[str, Any]) -> Label:
        permissions.require(self.member, "labels.change")
        said = {"name": row.name, "hue": row.hue} | asked
        return labels.change_label(label=row, **said, by=self.member, at=timezone.now())

    def remove(self, row: Label) -> None:
        permissions.require(self.member, "labels.change")
        labels.delete_label(label=row, by=self.member, at=timezone.now())
