"""A deal's way through its pipeline."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.deals.models import Deal, Stage, Stay


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the deal's pipeline; `days` is None where the deal has not been."""

    stage: Stage
    is_done: bool
    is_here: bool
    days: int | None


def way(deal: Deal, at: datetime) -> list[Step]:
    """Every stage of the pipeline in order, with the days the deal spent there; two queries."""
    stages = list(Stage.objects.filter(pipeline=deal.pipeline_id).order_by("position", "pk"))
    spent: dict[int, timedelta] = defaultdict(timedelta)
    for stage_id, entered, left in Stay.objects.filter(deal=deal).values_list(
        "stage_id", "entered_at", "left_at"
    ):
        spent[stage_id] += (left or at) - entered
    place = next((n for n, stage in enumerate(stages) if stage.pk == deal.stage_id), 0)
    return [
        Step(
            stage,
            is_done=n < place or deal.status == Deal.Status.WON,
            is_here=n == place and deal.status != Deal.Status.WON,
            days=max(0, spent[stage.pk].days) if stage.pk in spent else None,
        )
        for n, stage in enumerate(stages)
    ]
