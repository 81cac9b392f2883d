"""The steps of a pipeline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.deals.actions.emptying import empty_stage
from crm.deals.actions.pipelines import LastOne
from crm.deals.models import Deal, Pipeline, Stage, Stay
from crm.fields.models.definitions import next_position
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


class HasDeals(Exception):
    """A stage cannot go while deals are in it; `count` is how many."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


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


def delete_stage(*, stage: Stage, to: Stage | None, by: Membership, at: datetime) -> int:
    """Remove a stage, its deals first moved to another one; returns how many were moved.

    Deals in the trash and closed ones move as well, without an event. Raises HasDeals without
    a place for them, LastOne where the pipeline had no other stage, Lacking.
    """
    with transaction.atomic():
        others = Stage.objects.select_for_update().filter(pipeline=stage.pipeline_id)
        if not others.exclude(pk=stage.pk).exists():
            raise LastOne
        rows = Deal.objects.filter(stage=stage)
        count = rows.count()
        if count and (to is None or to.pk == stage.pk):
            raise HasDeals(count)
        if to is not None:
            empty_stage(stage=stage, to=to, by=by, at=at)
        Stay.objects.filter(stage=stage).delete()
        data = {"name": stage.name, "moved": count, "to": to.name if to else ""}
        timeline.record("stage.deleted", by=by, about=[stage.pipeline], at=at, data=data)
        stage.delete()
    return count
