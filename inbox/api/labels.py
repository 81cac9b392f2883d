"""Labels of conversations, for programs."""

from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields.models.labels import Hue
from crm.ui.rest import fields, shapes
from crm.ui.rest.bulk import Bulk
from inbox.actions import labels as actions
from inbox.api import refs
from inbox.models import MailLabel
from inbox.queries import labels

EXAMPLE = OpenApiExample(
    "A label", request_only=True, value={"name": "Waiting for stock", "hue": "gold"}
)


class MailLabelShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    hue = fields.Choice(choices=Hue.choices)
    created_at = fields.Moment()
    updated_at = fields.Moment()


class NewMailLabelShape(shapes.Shape):
    """A label to make; without a colour it gets the next one."""

    name = fields.Text(max_length=actions.LONGEST)
    hue = fields.Choice(choices=Hue.choices, required=False)


class ChangedMailLabelShape(shapes.Shape):
    name = fields.Text(max_length=actions.LONGEST, required=False)
    hue = fields.Choice(choices=Hue.choices, required=False)


class MergedMailLabelShape(shapes.Shape):
    into = refs.label(help_text="The label that takes its place wherever it is.")


class Labels(Bulk):
    """Coloured words on threads, the same for the whole workspace."""

    many = "labels of mail"
    new_shape, changed_shape = NewMailLabelShape, ChangedMailLabelShape

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = MailLabelShape
    ordering = ("name", "id")
    list_query = shapes.DatedQuery

    def rows(self) -> QuerySet[MailLabel]:
        return labels.labels()

    @extend_schema(summary="List labels of mail")
    def list(self, request: Request) -> Response:
        """Every label by name; with `updated_since` in the order of their changes."""
        return self.page(self.dated(self.rows()))

    @extend_schema(
        summary="Make a label of mail",
        request=NewMailLabelShape,
        responses={201: MailLabelShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A new label; no other has its name."""
        return self.shown(self.make(self.read(NewMailLabelShape)), 201)

    @extend_schema(summary="Read a label of mail")
    def retrieve(self, request: Request, id: str) -> Response:
        """One label by its id."""
        return self.shown(self.get_object())

    @extend_schema(
        summary="Change a label of mail", request=ChangedMailLabelShape, responses=MailLabelShape
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Another name or colour."""
        asked = self.read(ChangedMailLabelShape, partial=True)
        return self.shown(self.alter(self.get_object(), asked))

    @extend_schema(summary="Remove a label of mail", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Show it no more; threads stay as they are."""
        self.remove(self.get_object())
        return Response(status=204)

    def make(self, asked: dict[str, Any]) -> MailLabel:
        try:
            return actions.create_label(**asked, by=self.member, at=timezone.now())
        except Invalid as error:
            raise ValidationError({"name": error.messages}) from error

    def alter(self, row: MailLabel, asked: dict[str, Any]) -> MailLabel:
        said = {"name": row.name, "hue": row.hue} | asked
        try:
            return actions.change_label(label=row, **said, by=self.member, at=timezone.now())
        except Invalid as error:
            raise ValidationError({"name": error.messages}) from error

    def remove(self, row: MailLabel) -> None:
        actions.remove_label(label=row, by=self.member, at=timezone.now())

    @extend_schema(
        summary="Merge a label of mail into another",
        request=MergedMailLabelShape,
        responses=MailLabelShape,
    )
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, id: str) -> Response:
        """Put the other wherever this one is, and remove this one."""
        label = self.get_object()
        into = self.read(MergedMailLabelShape)["into"]
        try:
            actions.merge_labels(label=label, into=into, by=self.member, at=timezone.now())
        except Invalid as error:
            raise ValidationError({"into": error.messages}) from error
        return self.shown(into)
