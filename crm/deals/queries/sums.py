"""What the columns of the forecast add up to."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from crm.deals.queries.money import Money
from crm.deals.queries.months import LATE, key_of
from crm.deals.queries.wanted import open_deals, tallies
from crm.workspaces.statements import Given, Statements


def add_up(
    rows: Iterable[Any], first: date, money: Money, shares: dict[int, int]
) -> tuple[dict[str, int], dict[str, Decimal], dict[str, Decimal]]:
    """Counts, sums and weighted sums in the base currency, by the key of a column."""
    counts: dict[str, int] = defaultdict(int)
    totals: dict[str, Decimal] = defaultdict(Decimal)
    weights: dict[str, Decimal] = defaultdict(Decimal)
    for month, stage_id, code, count, total in rows:
        key = LATE if month is not None and month < first else key_of(month)
        worth = money.in_base([(code, total or Decimal())])
        counts[key] += count
        totals[key] += worth
        weights[key] += worth * shares.get(stage_id, 0) / 100
    return counts, totals, weights


def _summed(*shape: Any) -> QuerySet[Any, Any]:
    rows = open_deals(*shape).filter(pipeline_id=Given("pipeline")).order_by()
    grouped = rows.annotate(month=TruncMonth("expected_on"))
    return grouped.values_list("month", "stage_id", "currency").annotate(Count("pk"), Sum("value"))


def _tallied(role: str) -> QuerySet[Any, Any]:
    rows = tallies(role).values_list("month", "stage_id", "currency")
    return rows.annotate(Sum("count"), Sum("total"))


SUMS, TALLIED = Statements(_summed), Statements(_tallied)
