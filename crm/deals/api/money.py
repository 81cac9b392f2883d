"""Currencies and their rates for programs."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.deals.actions import currencies, rates
from crm.deals.models import Currency
from crm.ui.rest import fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions

EXAMPLE = OpenApiExample("A currency", request_only=True, value={"code": "BRL", "rate": "0.16"})


@extend_schema_field({"type": "string", "pattern": r"^\d{1,9}(\.\d{1,8})?$"})
class Rate(serializers.DecimalField):
    """What one unit is worth in the base currency, as "0.16"; a number is taken as well."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_digits=18, decimal_places=8, min_value=rates.FINEST, normalize_output=True, **kwargs
        )

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            self.fail("invalid")
        rate: Decimal = super().to_internal_value(data)
        return rate

    def to_representation(self, value: Any) -> str:
        return f"{Decimal(value).normalize():f}"


class CurrencyShape(shapes.Shape):
    id = fields.Id(source="uid")
    code = fields.Text()
    rate = Rate()
    is_base = fields.Flag(help_text="Sums are shown in this one; its rate is 1.")


class NewCurrencyShape(shapes.Shape):
    """A currency to sell in."""

    code = serializers.RegexField(r"^[A-Z]{3}$", help_text="Three letters, as in ISO 4217.")
    rate = Rate()


class ChangedCurrencyShape(shapes.Shape):
    rate = Rate(required=False)
    is_base = fields.Flag(required=False, help_text="true makes it the base; rates follow.")


class Currencies(Resource):
    """The currencies the workspace sells in, and what they are worth."""

    read_scope = "deals:read"
    write_scope = "deals:write"
    serializer_class = CurrencyShape
    ordering = ("position", "id")

    def rows(self) -> QuerySet[Currency]:
        rows: QuerySet[Currency] = Currency.objects.all()
        return rows

    @extend_schema(summary="List currencies")
    def list(self, request: Request) -> Response:
        """Currencies in their order."""
        return self.page(self.rows())

    @extend_schema(
        summary="Add a currency",
        request=NewCurrencyShape,
        responses={201: CurrencyShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """One more currency, with its rate."""
        permissions.require(self.member, "pipelines.change")
        asked: dict[str, Any] = self.read(NewCurrencyShape)
        try:
            made = currencies.add_currency(**asked, by=self.member, at=timezone.now())
        except currencies.CurrencyThere as error:
            text = _("This currency is there already.")
            raise ValidationError({"code": [text]}, code="taken") from error
        return self.shown(made, 201)

    @extend_schema(summary="Read a currency")
    def retrieve(self, request: Request, id: str) -> Response:
        """One currency by its id."""
        return self.shown(self.get_object())

    @extend_schema(
        summary="Change a currency", request=ChangedCurrencyShape, responses=CurrencyShape
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Another rate; or the base, and then the other rates are worked out anew."""
        permissions.require(self.member, "pipelines.change")
        row, asked = self.get_object(), self.read(ChangedCurrencyShape, partial=True)
        at = timezone.now()
        if "rate" in asked:
            rates.change_rate(currency=row, rate=asked["rate"], by=self.member, at=at)
        if asked.get("is_base"):
            try:
                rates.change_base(currency=row, by=self.member, at=at)
            except rates.RatesApart as error:
                text = _("In %(code)s the rates would be too large. Look at the rates first.")
                raise Conflict(text % {"code": row.code}) from error
        return self.shown(self.rows().get(pk=row.pk))

    @extend_schema(summary="Remove a currency", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """A currency that no deal is in; 409 for others and for the base."""
        permissions.require(self.member, "pipelines.change")
        try:
            currencies.remove_currency(
                currency=self.get_object(), by=self.member, at=timezone.now()
            )
        except currencies.CurrencyInUse as error:
            raise Conflict(_("Deals or sums are in this currency, so it stays.")) from error
        return Response(status=204)
