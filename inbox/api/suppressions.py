"""Addresses and domains that must not be written to."""

from django.core.exceptions import ValidationError as Invalid
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from inbox.actions import blocking
from inbox.actions import suppressing as actions
from inbox.models import Suppression
from inbox.queries import suppressed

EXAMPLE = OpenApiExample(
    "Somebody who unsubscribed",
    request_only=True,
    value={"pattern": "dana@northwind.test", "reason": "unsubscribed"},
)


class SuppressionShape(shapes.Shape):
    id = fields.Id(source="uid")
    pattern = fields.Text(help_text="An address, or a domain.")
    reason = fields.Choice(choices=Suppression.Reason.choices)
    by = fields.Id(source="by.uid", allow_null=True, help_text="Null where a report put it there.")
    created_at = fields.Moment()


class NewSuppressionShape(shapes.Shape):
    """Whom nobody should write to."""

    pattern = fields.Text(max_length=254, help_text="An address, or a domain.")
    reason = fields.Choice(choices=Suppression.Reason.choices, default="hand")


class SuppressionQuery(shapes.PageQuery):
    q = fields.Text(required=False, allow_blank=True, max_length=254, help_text="A part of it.")


class Suppressions(Resource):
    """Whom nobody here should write to; whoever writes nevertheless is warned, not kept from it.

    What came back to a colleague's mailbox is not listed.
    """

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = SuppressionShape
    list_query = SuppressionQuery

    def rows(self) -> QuerySet[Suppression]:
        return suppressed.listed(self.member, self.asked.get("q", "")).order_by()

    @extend_schema(summary="List suppressions")
    def list(self, request: Request) -> Response:
        """Addresses and domains, the last one first."""
        return self.page(self.rows())

    @extend_schema(
        summary="Suppress an address",
        request=NewSuppressionShape,
        responses={201: SuppressionShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Put an address or a domain on the list; 409 where it is on it."""
        asked = self.read(NewSuppressionShape)
        try:
            pattern = blocking.read_pattern(asked["pattern"])
        except Invalid as error:
            raise ValidationError({"pattern": error.messages}, code="invalid") from error
        try:
            row = actions.suppress(
                pattern=pattern, reason=asked["reason"], by=self.member, at=timezone.now()
            )
        except actions.AlreadySuppressed as error:
            raise Conflict(" ".join(error.messages)) from error
        return self.shown(row, 201)

    @extend_schema(summary="Read a suppression")
    def retrieve(self, request: Request, id: str) -> Response:
        """One of them, with why it is there."""
        return self.shown(self.get_object())

    @extend_schema(summary="Lift a suppression", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Take it off the list."""
        actions.lift(row=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)
