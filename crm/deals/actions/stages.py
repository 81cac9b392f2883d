"""The steps of a pipeline; how one is removed says `removing`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.deals.models import Pipeline, Stage
from crm.fields.models.definitions import next_position
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


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
            updated_at=at,
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
        stage.updated_at = at
        stage.save(update_fields=[*changes, "updated_at"])
        timeline.record("stage.changed", by=by, about=[stage], at=at, data={"changes": changes})
    return stage
