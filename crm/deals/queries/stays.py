"""A deal's way through its pipeline."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm.deals.models import Deal, Stage, Stay
from crm.deals.queries.stages import stages_of
from crm.workspaces.statements import Given, Statement


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the deal's pipeline; `days` is None where the deal has not been."""

    stage: Stage
    is_done: bool
    is_here: bool
    days: int | None


STAYS = Statement(
    lambda: Stay.objects.filter(deal_id=Given("deal")).values_list(
        "stage_id", "entered_at", "left_at"
    )
)


def way(deal: Deal, at: datetime) -> list[Step]:
    """Every stage of the pipeline in order, with the days the deal spent there; two queries."""
    stages = stages_of(deal.pipeline_id)
    spent: dict[int, timedelta] = defaultdict(timedelta)
    for stage_id, entered, left in STAYS.rows(deal=deal.pk):
        spent[stage_id] += (left or at) - entered
    days = {pk: max(0, time.days) for pk, time in spent.items()}
    return _steps(deal, stages, days)


def standing(deals: Iterable[Deal], at: datetime) -> dict[int, list[Step]]:
    """The same of several deals by their ids, with the days where each is now; one query."""
    rows = list(deals)
    stages: dict[int, list[Stage]] = defaultdict(list)
    known = Stage.objects.filter(pipeline__in={deal.pipeline_id for deal in rows})
    for stage in known.order_by("position", "pk"):
        stages[stage.pipeline_id].append(stage)
    return {
        deal.pk: _steps(deal, stages[deal.pipeline_id], {deal.stage_id: deal.days_in_stage(at)})
        for deal in rows
    }


def _steps(deal: Deal, stages: Sequence[Stage], days: Mapping[int, int]) -> list[Step]:
    place = next((n for n, stage in enumerate(stages) if stage.pk == deal.stage_id), 0)
    return [
        Step(
            stage,
            is_done=n < place or deal.status == Deal.Status.WON,
            is_here=n == place and deal.status != Deal.Status.WON,
            days=days.get(stage.pk),
        )
        for n, stage in enumerate(stages)
    ]
