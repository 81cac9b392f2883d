"""Deals for programs."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from crm.contacts.models import Organization, Person
from crm.deals import actions, queries
from crm.deals.api.copying import Copying
from crm.deals.api.participants import Taking
from crm.deals.api.pipelines import known_pipelines
from crm.deals.models import Deal, Pipeline, Stage
from crm.fields.api.asked import RecordQuery
from crm.fields.api.label_names import Seen
from crm.fields.api.records import Records
from crm.fields.api.shapes import NewRecordShape, RecordShape
from crm.ui.rest import fields
from crm.workspaces.models import Membership

EXAMPLE = OpenApiExample(
    "A deal",
    request_only=True,
    value={
        "title": "Brightmoor, 14 depots",
        "value": "48600.00",
        "currency": "GBP",
        "expected_close_date": "2026-12-04",
    },
)
CODE = r"^[A-Z]{3}$"


def known_stages(asking: Membership) -> QuerySet[Stage]:
    found: QuerySet[Stage] = Stage.objects.select_related("pipeline")
    return found


class NewDealShape(NewRecordShape):
    """A deal to make."""

    title = fields.Text(source="name", max_length=200)
    value = fields.Amount(required=False, allow_null=True)
    currency = serializers.RegexField(
        CODE, required=False, help_text="Three letters; the base currency, if not given."
    )
    pipeline = fields.Ref(
        known_pipelines, required=False, help_text="Of the first stage, where no stage is given."
    )
    stage = fields.Ref(
        known_stages, required=False, help_text="The first of the pipeline, if not given."
    )
    status = fields.Choice(choices=Deal.Status.choices, required=False)
    lost_reason = fields.Text(required=False, allow_blank=True, max_length=200)
    person = fields.Ref(
        lambda asking: Person.objects.visible_to(asking), required=False, allow_null=True
    )
    organization = fields.Ref(
        lambda asking: Organization.objects.visible_to(asking), required=False, allow_null=True
    )
    expected_close_date = fields.Day(source="expected_on", required=False, allow_null=True)


class DealShape(RecordShape):
    title = fields.Text(source="name")
    value = fields.Amount(allow_null=True)
    currency = fields.Text()
    pipeline = fields.Id(source="pipeline.uid")
    stage = fields.Id(source="stage.uid")
    status = fields.Choice(choices=Deal.Status.choices)
    lost_reason = fields.Text()
    person = Seen()
    organization = Seen()
    expected_close_date = fields.Day(source="expected_on", allow_null=True)
    stage_since = fields.Moment()
    closed_at = fields.Moment(allow_null=True)


class DealQuery(RecordQuery):
    pipeline = fields.Ref(known_pipelines, required=False, help_text="Deals of this pipeline.")
    stage = fields.Ref(known_stages, required=False, help_text="Deals in this stage.")
    status = fields.Choice(choices=Deal.Status.choices, required=False)


class Deals(Taking, Copying, Records):
    """What the workspace hopes to sell, as far as visibility shows it."""

    read_scope = "deals:read"
    write_scope = "deals:write"
    model = Deal
    one, many = "a deal", "deals"
    serializer_class = DealShape
    list_query = DealQuery
    narrowed_by = ("pipeline", "stage", "status")
    new_shape = NewDealShape
    examples = (EXAMPLE,)
    notes = {
        "create": "A new deal, open in the first stage unless told otherwise.",
        "partial_update": "Change what is named; another `stage` moves it, another `status`"
        " closes or opens it.",
    }

    def loaded(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("owner", "person", "organization", "stage", "pipeline")

    def make(self, asked: Mapping[str, Any]) -> Deal:
        given = dict(asked)
        stage = self._stage(given)
        status, reason = given.pop("status", Deal.Status.OPEN), given.pop("lost_reason", "")
        deal = _unless_lacking(
            lambda: actions.create_deal(
                name=given.pop("name"),
                stage=stage,
                currency=given.pop("currency", None) or queries.currencies().base,
                values=given,
                by=self.member,
                at=timezone.now(),
            )
        )
        return self._settle(deal, status, reason, None)

    def alter(self, record: Any, asked: Mapping[str, Any], version: int | None) -> Deal:
        given = dict(asked)
        status, reason = given.pop("status", None), given.pop("lost_reason", "")
        to = self._stage(given) if {"stage", "pipeline"} & set(given) else None
        changed = actions.change_deal(
            deal=record,
            values=given,
            by=self.member,
            at=timezone.now(),
            version=version,
            strict=True,
        )
        # Without another value nothing was compared yet; with one the row is ours until the end
        seen = version if not given else None
        if to is not None and to.pk != changed.stage_id:
            changed = _unless_lacking(
                lambda: actions.move_deal(
                    deal=changed,
                    to=to,
                    by=self.member,
                    at=timezone.now(),
                    version=seen,
                    strict=True,
                )
            )
            seen = None
        return self._settle(changed, status, reason, seen)

    def _settle(self, deal: Deal, status: str | None, reason: str, version: int | None) -> Deal:
        """Won, lost or open as it was asked for."""
        how: dict[str, Any] = {
            "deal": deal,
            "by": self.member,
            "at": timezone.now(),
            "version": version,
            "strict": True,
        }
        if status in (None, deal.status):
            return deal
        if status == Deal.Status.WON:
            return actions.win_deal(**how)
        if status == Deal.Status.LOST:
            return actions.lose_deal(**how, reason=reason)
        return actions.reopen_deal(**how)

    def _stage(self, given: dict[str, Any]) -> Stage:
        """The stage that was asked for, or the first of the pipeline."""
        stage: Stage | None = given.pop("stage", None)
        pipeline: Pipeline | None = given.pop("pipeline", None)
        if stage is not None:
            if pipeline is not None and stage.pipeline_id != pipeline.pk:
                text = _("This stage belongs to another pipeline.")
                raise ValidationError({"stage": [text]}, code="invalid")
            return stage
        actions.prepare_selling(by=self.member, at=timezone.now())
        rows = Stage.objects.select_related("pipeline").filter(pipeline__closed_at=None)
        if pipeline is not None:
            rows = rows.filter(pipeline=pipeline)
        first: Stage | None = rows.order_by("pipeline__position", "pipeline", "position").first()
        if first is None:
            text = _("This pipeline has no stages yet.")
            raise ValidationError({"pipeline": [text]}, code="invalid")
        return first


def _unless_lacking(run: Callable[[], Deal]) -> Deal:
    try:
        return run()
    except actions.Lacking as error:
        text = _("This stage asks for it.")
        told = {fact.name: [text] for fact in error.facts}
        raise ValidationError({"custom": told}, code="required") from error
