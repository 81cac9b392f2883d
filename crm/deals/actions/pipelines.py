"""Pipelines, and what a workspace begins with."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.deals.models import Currency, LostReason, Pipeline, Stage
from crm.fields.models.definitions import next_position
from crm.timeline import actions as timeline
from crm.workspaces import alone
from crm.workspaces.models import Membership


class LastOne(Exception):
    """What is to go is the last of its kind."""


def prepare_selling(*, by: Membership, at: datetime, currency: str = "EUR") -> None:
    """Give a workspace that has none its first pipeline, base currency and lost reasons."""
    with transaction.atomic():
        if not Currency.objects.filter(is_base=True).exists():
            Currency.objects.bulk_create(
                [Currency(code=currency, rate=Decimal(1), is_base=True)], ignore_conflicts=True
            )
        if Pipeline.objects.exists():
            return
        alone.until_the_end()
        if Pipeline.objects.exists():
            return
        pipeline: Pipeline = Pipeline.objects.create(name=_("New business"), follows_up=True)
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


def create_pipeline(
    *, name: str, follows_up: bool = True, by: Membership, at: datetime
) -> Pipeline:
    """A pipeline behind the others, without stages."""
    with transaction.atomic():
        made: Pipeline = Pipeline.objects.create(
            name=name, position=next_position(Pipeline), follows_up=follows_up, updated_at=at
        )
        timeline.record("pipeline.created", by=by, about=[made], at=at, data={"name": name})
    return made


def change_pipeline(
    *, pipeline: Pipeline, values: Mapping[str, Any], by: Membership, at: datetime
) -> Pipeline:
    """Another name, or with `follows_up` whether deals that rot are followed up."""
    changes = {
        name: [getattr(pipeline, name), value]
        for name, value in values.items()
        if getattr(pipeline, name) != value
    }
    if not changes:
        return pipeline
    with transaction.atomic():
        for name, (_before, after) in changes.items():
            setattr(pipeline, name, after)
        pipeline.updated_at = at
        pipeline.save(update_fields=[*changes, "updated_at"])
        timeline.record(
            "pipeline.changed", by=by, about=[pipeline], at=at, data={"changes": changes}
        )
    return pipeline


def close_pipeline(*, pipeline: Pipeline, by: Membership, at: datetime) -> Pipeline:
    """It is offered no more; its deals stay. Raises LastOne where nothing would be left."""
    with transaction.atomic():
        others = Pipeline.objects.select_for_update().filter(closed_at=None)
        if not others.exclude(pk=pipeline.pk).exists():
            raise LastOne
        pipeline.closed_at = pipeline.updated_at = at
        pipeline.save(update_fields=["closed_at", "updated_at"])
        timeline.record("pipeline.closed", by=by, about=[pipeline], at=at)
    return pipeline


def reopen_pipeline(*, pipeline: Pipeline, by: Membership, at: datetime) -> Pipeline:
    """It is offered again."""
    with transaction.atomic():
        pipeline.closed_at, pipeline.updated_at = None, at
        pipeline.save(update_fields=["closed_at", "updated_at"])
        timeline.record("pipeline.reopened", by=by, about=[pipeline], at=at)
    return pipeline
