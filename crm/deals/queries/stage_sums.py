"""What the columns of the board add up to."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from crm.deals.models import Pipeline
from crm.deals.queries.wanted import ALL, Wanted, open_deals, tallies
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements


def stage_sums(
    member: Membership, pipeline: Pipeline, wanted: Wanted
) -> tuple[dict[int, int], dict[int, list[tuple[str, Decimal]]]]:
    """How many open deals each stage holds, and their sums in each currency."""
    counts: dict[int, int] = defaultdict(int)
    sums: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
    asked = {"pipeline": pipeline.pk, **wanted.values(member)}
    # All of them are counted already; some of them are added up
    sums_of = TALLIED.of(member.role) if wanted == ALL else SUMS.of(*wanted.shape(member))
    for stage_id, code, count, total in sums_of.rows(**asked):
        counts[stage_id] += count
        sums[stage_id].append((code, total or Decimal()))
    return counts, sums


def _summed(*shape: Any) -> QuerySet[Any, Any]:
    rows = open_deals(*shape).filter(pipeline_id=Given("pipeline")).order_by()
    return rows.values_list("stage_id", "currency").annotate(Count("pk"), Sum("value"))


def _tallied(role: str) -> QuerySet[Any, Any]:
    rows = tallies(role).values_list("stage_id", "currency")
    return rows.annotate(Sum("count"), Sum("total"))


SUMS, TALLIED = Statements(_summed), Statements(_tallied)
