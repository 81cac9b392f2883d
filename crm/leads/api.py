"""Leads for programs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.contacts.models import Organization, Person
from crm.deals import actions as deals
from crm.deals import queries
from crm.deals.api.deals import CODE, DealShape, known_stages
from crm.deals.models import Deal
from crm.fields.api.asked import RecordQuery
from crm.fields.api.label_names import Seen
from crm.fields.api.records import Records
from crm.fields.api.shapes import NewRecordShape, RecordShape
from crm.leads import actions
from crm.leads.models import Lead
from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.counted import MOST_AT_ONCE
from crm.ui.rest.refusals import Conflict
from crm.workspaces import permissions
from crm.workspaces.models import Membership

EXAMPLE = OpenApiExample(
    "A lead",
    request_only=True,
    value={"title": "Fridges for three clinics", "source": "Fair, Harrogate", "value": "9800.00"},
)
STAGE = OpenApiExample(
    "Into a stage", request_only=True, value={"stage": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"}
)
STAGES = OpenApiExample(
    "Two leads into a stage",
    request_only=True,
    value={
        "leads": ["01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47", "01941f2a-1b00-7d21-8f4e-6a2b9c3d5e10"],
        "stage": "01941f2b-2c00-7d21-8f4e-6a2b9c3d5e11",
    },
)
# What a change may say of its place; a deal is made by converting
PLACES = [(Lead.Status.OPEN.value, "In the inbox"), (Lead.Status.ARCHIVED.value, "Archived")]


def visible_deals(asking: Membership) -> QuerySet[Deal]:
    found: QuerySet[Deal] = Deal.objects.visible_to(asking)
    return found


class NewLeadShape(NewRecordShape):
    """A lead to make."""

    title = fields.Text(source="name", max_length=200)
    source = fields.Text(  # type: ignore[assignment]  # a field, taken off the class
        required=False, allow_blank=True, max_length=80
    )
    value = fields.Amount(required=False, allow_null=True)
    currency = serializers.RegexField(
        CODE, required=False, help_text="Three letters; the base currency, if not given."
    )
    status = fields.Choice(choices=PLACES, required=False)
    person = fields.Ref(
        lambda asking: Person.objects.visible_to(asking), required=False, allow_null=True
    )
    organization = fields.Ref(
        lambda asking: Organization.objects.visible_to(asking), required=False, allow_null=True
    )
    expected_close_date = fields.Day(source="expected_on", required=False, allow_null=True)


class LeadShape(RecordShape):
    title = fields.Text(source="name")
    source = fields.Text()  # type: ignore[assignment]  # a field, taken off the class
    value = fields.Amount(allow_null=True)
    currency = fields.Text()
    status = fields.Choice(choices=Lead.Status.choices)
    person = Seen()
    organization = Seen()
    expected_close_date = fields.Day(source="expected_on", allow_null=True)
    deal = Seen()
    closed_at = fields.Moment(allow_null=True)


class LeadQuery(RecordQuery):
    status = fields.Choice(choices=Lead.Status.choices, required=False)


class ConversionShape(shapes.Shape):
    """Where the deal begins."""

    stage = fields.Ref(known_stages)


class ConversionsShape(shapes.Shape):
    """Leads that are to be deals, and where these begin."""

    leads = counted.Few(
        child=fields.Ref(lambda asking: Lead.objects.visible_to(asking)),
        min_length=1,
        max_length=MOST_AT_ONCE,
        help_text=f"Ids of up to {MOST_AT_ONCE} leads; those that are deals already are left out.",
    )
    stage = fields.Ref(known_stages)


class ConvertedShape(shapes.Shape):
    results = DealShape(many=True)


class ReturnShape(shapes.Shape):
    """The deal that is to be a lead again."""

    deal = fields.Ref(visible_deals)


class Leads(Records):
    """Who may become a deal, as far as visibility shows it."""

    read_scope = "deals:read"
    write_scope = "deals:write"
    model = Lead
    one, many = "a lead", "leads"
    serializer_class = LeadShape
    list_query = LeadQuery
    narrowed_by = ("status",)
    new_shape = NewLeadShape
    examples = (EXAMPLE,)
    notes = {
        "partial_update": "Change what is named; another `status` archives it or takes it out."
    }

    def loaded(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("owner", "person", "organization", "deal")

    @extend_schema(
        summary="Convert a lead to a deal",
        request=ConversionShape,
        responses={201: DealShape},
        examples=[STAGE],
    )
    @action(detail=True, methods=["post"])
    def convert(self, request: Request, id: str) -> Response:
        """An open deal in this stage, with what is known of the lead; 409 for what is one."""
        for right in ("leads.change", "deals.change"):
            permissions.require(self.member, right)
        lead, asked = self.get_object(), self.read(ConversionShape)
        try:
            deal = actions.convert_lead(lead=lead, **asked, by=self.member, at=timezone.now())
        except actions.Taken as error:
            raise Conflict(_("This lead is a deal already.")) from error
        except deals.Lacking as error:
            told = {fact.name: [_("This stage asks for it.")] for fact in error.facts}
            raise ValidationError({"custom": told}, code="required") from error
        return Response(self._deals([deal.pk])[0], status=201)

    @extend_schema(
        summary="Convert many leads to deals",
        request=ConversionsShape,
        responses={201: ConvertedShape},
        examples=[STAGES],
    )
    @action(detail=False, methods=["post"])
    def conversions(self, request: Request) -> Response:
        """Open deals in this stage: all of them, or none."""
        for right in ("leads.change", "deals.change"):
            permissions.require(self.member, right)
        asked = self.read(ConversionsShape)
        try:
            made = actions.convert_leads(**asked, by=self.member, at=timezone.now())
        except actions.Taken as error:
            raise Conflict(_("This lead is a deal already.")) from error
        except deals.Lacking as error:
            told = {fact.name: [_("This stage asks for it.")] for fact in error.facts}
            raise ValidationError({"custom": told}, code="required") from error
        return Response({"results": self._deals([deal.pk for deal in made])}, status=201)

    @extend_schema(
        summary="Make a deal a lead again", request=ReturnShape, responses={201: LeadShape}
    )
    @action(detail=False, methods=["post"], url_path="from_deal")
    def from_deal(self, request: Request) -> Response:
        """The lead it came from, or a new one; the deal goes into the trash."""
        for right in ("leads.change", "deals.delete"):
            permissions.require(self.member, right)
        asked = self.read(ReturnShape)
        lead = actions.return_deal(deal=asked["deal"], by=self.member, at=timezone.now())
        return self.shown(self.rows().get(pk=lead.pk), 201)

    def _deals(self, pks: Sequence[int]) -> Any:
        """What an answer tells of these deals."""
        rows = visible_deals(self.member).select_related(
            "owner", "person", "organization", "stage", "pipeline"
        )
        found = list(rows.filter(pk__in=pks).order_by("pk"))
        return DealShape(found, many=True, context=self.get_serializer_context()).data

    def make(self, asked: Mapping[str, Any]) -> Lead:
        given = dict(asked)
        status = given.pop("status", Lead.Status.OPEN)
        lead = actions.create_lead(
            name=given.pop("name"),
            currency=given.pop("currency", None) or queries.currencies().base,
            values=given,
            by=self.member,
            at=timezone.now(),
        )
        return self._settle(lead, status)

    def alter(self, record: Any, asked: Mapping[str, Any], version: int | None) -> Lead:
        given = dict(asked)
        status = given.pop("status", None)
        changed = actions.change_lead(
            lead=record,
            values=given,
            by=self.member,
            at=timezone.now(),
            version=version,
            strict=True,
        )
        return self._settle(changed, status)

    def _settle(self, lead: Lead, status: str | None) -> Lead:
        """In the inbox or the archive, as it was asked for."""
        if status in (None, lead.status):
            return lead
        if lead.status == Lead.Status.CONVERTED:
            raise Conflict(_("This lead is a deal already."))
        how: dict[str, Any] = {"leads": [lead], "by": self.member, "at": timezone.now()}
        turn = actions.archive_leads
        if status == Lead.Status.OPEN:
            turn = actions.unarchive_leads
        return next(iter(turn(**how)), lead)
