"""Pipelines, stages and currencies."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.deals.models import Currency, LostReason, Pipeline, Stage
from crm.fields.models.definitions import next_position
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


def create_pipeline(*, name: str, by: Membership, at: datetime) -> Pipeline:
    """A pipeline behind the others, without stages."""
    with transaction.atomic():
        made: Pipeline = Pipeline.objects.create(name=name, position=next_position(Pipeline))
        timeline.record("pipeline.created", by=by, about=[made], at=at, data={"name": name})
    return made


def rename_pipeline(*, pipeline: Pipeline, name: str, by: Membership, at: datetime) -> Pipeline:
    """Another name for a pipeline."""
    with transaction.atomic():
        changes = {"name": [pipeline.name, name]}
        pipeline.name = name
        pipeline.save(update_fields=["name"])
        timeline.record(
            "pipeline.changed", by=by, about=[pipeline], at=at, data={"changes": changes}
        )
    return pipeline


def create_stage(
    *,
    pipeline: Pipeline,
    name: str,
    probability: int = 100,
    rotting_days: int | None = None,
    by: Membership,
    at: datetime,
) -> Stage:
    """A stage, the last of its pipeline."""
    with transaction.atomic():
        made: Stage = Stage.objects.create(
            pipeline=pipeline,
            name=name,
            probability=probability,
            rotting_days=rotting_days,
            position=next_position(Stage, pipeline=pipeline),
        )
        timeline.record("stage.created", by=by, about=[made, pipeline], at=at, data={"name": name})
    return made


def change_stage(*, stage: Stage, values: Mapping[str, Any], by: Membership, at: datetime) -> Stage:
    """Another name, probability or patience for a stage."""
    changes = {
        name: [getattr(stage, name), value]
        for name, value in values.items()
        if getattr(stage, name) != value
    }
    if not changes:
        return stage
    with transaction.atomic():
        for name, (_before, after) in changes.items():
            setattr(stage, name, after)
        stage.save(update_fields=list(changes))
        timeline.record("stage.changed", by=by, about=[stage], at=at, data={"changes": changes})
    return stage
