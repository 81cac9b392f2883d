"""Pipelines, stages and currencies."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from crm.deals.models import Currency, LostReason, Pipeline, Stage
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


def prepare_selling(*, by: Membership, at: datetime, currency: str = "EUR") -> None:
    """Give a workspace that has none its first pipeline, base currency and lost reasons."""
    with transaction.atomic():
        if not Currency.objects.filter(is_base=True).exists():
            Currency.objects.bulk_create(
                [Currency(code=currency, rate=Decimal(1), is_base=True)], ignore_conflicts=True
            )
        if Pipeline.objects.exists():
            return
        pipeline: Pipeline = Pipeline.objects.create(name=_("New business"))
        stages = (
            (_("Qualified"), 20, 14),
            (_("Contact made"), 35, 14),
            (_("Demo"), 50, 21),
            (_("Proposal"), 70, 14),
            (_("Contract"), 90, 14),
        )
        Stage.objects.bulk_create(
            Stage(
                pipeline=pipeline,
                name=name,
                position=place,
                probability=probability,
                rotting_days=days,
            )
            for place, (name, probability, days) in enumerate(stages)
        )
        reasons = (_("Price"), _("Bought elsewhere"), _("No need any more"), _("No answer"))
        LostReason.objects.bulk_create(
            LostReason(name=name, position=place) for place, name in enumerate(reasons)
        )
        timeline.record("pipeline.created", by=by, about=[pipeline], at=at)
