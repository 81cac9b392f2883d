"""A workspace's own fields for programs: what `custom` of a record may hold."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields.actions import definitions
from crm.fields.api.of_kind import KINDS, OfKind
from crm.fields.facts import OWN_TYPES
from crm.fields.models import Field
from crm.ui.rest import counted, fields, shapes
from crm.workspaces import permissions

EXAMPLE = OpenApiExample(
    "A field",
    request_only=True,
    value={"kind": "deal", "name": "Contract", "type": "choice", "options": ["Yearly", "Monthly"]},
)


class OptionShape(shapes.Shape):
    key = fields.Text()
    name = fields.Text()


class FieldShape(shapes.Shape):
    id = fields.Id(source="uid")
    kind = fields.Choice(choices=KINDS)
    key = fields.Text(help_text="What it is called in `custom` and in filters; it never changes.")
    name = fields.Text()
    type = fields.Choice(choices=OWN_TYPES)
    options = OptionShape(many=True, help_text="For choices, in order; values are their keys.")
    required = fields.Flag(  # type: ignore[assignment]  # a field of that name
        source="is_required", help_text="It must always be filled."
    )
    position = fields.Number(help_text="Fields of a kind stand in this order.")


class NewFieldShape(shapes.Shape):
    """A field to add to a kind of record."""

    kind = fields.Choice(choices=KINDS)
    name = fields.Text(max_length=60)
    type = fields.Choice(choices=OWN_TYPES, help_text="What it holds; it never changes.")
    options = counted.Few(
        child=fields.Text(max_length=60),
        required=False,
        default=list,
        max_length=definitions.MOST_CHOICES,
        help_text="Names of choices, in order.",
    )
    required = fields.Flag(  # type: ignore[assignment]  # a field of that name
        required=False, default=False, source="is_required"
    )


class ChangedFieldShape(shapes.Shape):
    name = fields.Text(max_length=60, required=False)
    required = fields.Flag(  # type: ignore[assignment]  # a field of that name
        required=False, source="is_required"
    )


class Fields(OfKind):
    """What a workspace wants to know of its records beyond what every record says."""

    serializer_class = FieldShape

    def rows(self) -> QuerySet[Field]:
        rows: QuerySet[Field] = Field.objects.filter(removed_at=None)
        return rows

    @extend_schema(summary="List fields")
    def list(self, request: Request) -> Response:
        """The workspace's own fields by kind, in their order."""
        return self.of_kind()

    @extend_schema(
        summary="Make a field",
        request=NewFieldShape,
        responses={201: FieldShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A new field, the last of its kind; its key is made of its name."""
        permissions.require(self.member, "fields.change")
        asked: dict[str, Any] = self.read(NewFieldShape)
        made = definitions.create_field(**asked, by=self.member, at=timezone.now())
        return self.shown(made, 201)

    @extend_schema(summary="Read a field")
    def retrieve(self, request: Request, id: str) -> Response:
        """One field by its id."""
        return self.shown(self.get_object())

    @extend_schema(summary="Change a field", request=ChangedFieldShape, responses=FieldShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Another name, or whether it must always be filled."""
        permissions.require(self.member, "fields.change")
        row = self.get_object()
        asked = self.read(ChangedFieldShape, partial=True)
        definitions.change_field(field=row, values=asked, by=self.member, at=timezone.now())
        return self.shown(row)

    @extend_schema(summary="Archive a field", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Show and ask it no more; what records hold of it stays."""
        permissions.require(self.member, "fields.change")
        definitions.archive_field(field=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)
