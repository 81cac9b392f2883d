"""The board: the stages of a pipeline with their sums and first cards."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from crm.deals.models import Pipeline, Stage
from crm.deals.queries.cards import ALL, CARDS, Card, Wanted, cards, open_deals, tallies
from crm.deals.queries.money import Money, currencies
from crm.deals.queries.stays import stages_of
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements


@dataclass(frozen=True)
class Column:
    """A stage with its open deals: how many, their worth in the base currency, the first cards."""

    stage: Stage
    count: int
    total: Decimal
    cards: list[Card]

    @property
    def weighted(self) -> Decimal:
        return self.total * self.stage.probability / 100

    @property
    def after(self) -> str:
        """Where the next cards begin, or "" where all are shown."""
        if len(self.cards) >= self.count or not self.cards:
            return ""
        last = self.cards[-1]
        return f"{last.stage_since.isoformat()}|{last.pk}"


@dataclass(frozen=True)
class Board:
    """A pipeline's columns, and what they are worth together."""

    pipeline: Pipeline
    columns: list[Column]
    money: Money

    @property
    def count(self) -> int:
        return sum(column.count for column in self.columns)

    @property
    def total(self) -> Decimal:
        return sum((column.total for column in self.columns), Decimal())

    @property
    def weighted(self) -> Decimal:
        return sum((column.weighted for column in self.columns), Decimal())


def board(member: Membership, pipeline: Pipeline, wanted: Wanted = ALL) -> Board:
    """The open deals of a pipeline that the member sees and `wanted` means; five queries."""
    stages = stages_of(pipeline.pk)
    money = currencies()
    counts, sums = _sums(member, pipeline, wanted)
    found = _cards(member, stages, wanted)
    columns = [
        Column(stage, counts[stage.pk], money.in_base(sums[stage.pk]), found[stage.pk])
        for stage in stages
    ]
    return Board(pipeline, columns, money)


def more_cards(
    member: Membership, stage: Stage, at: datetime, pk: int, wanted: Wanted = ALL
) -> list[Card]:
    """The cards of a column that come after this place; two queries."""
    asked = {"stage": stage.pk, "at": at, "pk": pk, **wanted.values(member)}
    pks = MORE.of(*wanted.shape(member)).rows(**asked)
    return cards(member, pks, "-stage_since", "-pk")


def _more(*shape: Any) -> QuerySet[Any, int]:
    at, pk = Given("at"), Given("pk")
    beyond = Q(stage_since__lt=at) | Q(stage_since=at, pk__lt=pk)
    rows = open_deals(*shape).filter(Q(stage_since__lte=at) & beyond, stage_id=Given("stage"))
    return rows.order_by("-stage_since", "-pk").values_list("pk", flat=True)[:CARDS]


def _sums(
    member: Membership, pipeline: Pipeline, wanted: Wanted
) -> tuple[dict[int, int], dict[int, list[tuple[str, Decimal]]]]:
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


def _cards(member: Membership, stages: Sequence[Stage], wanted: Wanted) -> dict[int, list[Card]]:
    """The first cards of every column, each column walked in its own index; two queries."""
    found: dict[int, list[Card]] = defaultdict(list)
    if not stages:
        return found
    asked = {f"stage{n}": stage.pk for n, stage in enumerate(stages)} | wanted.values(member)
    picked = FIRST.of(len(stages), *wanted.shape(member)).rows(**asked)
    for card in cards(member, [pk for (pk,) in picked], "-stage_since", "-pk"):
        found[card.stage_id].append(card)
    return found


def _first(count: int, *shape: Any) -> QuerySet[Any, Any]:
    parts = [
        open_deals(*shape)
        .filter(stage_id=Given(f"stage{n}"))
        .order_by("-stage_since", "-pk")
        .values_list("pk")[:CARDS]
        for n in range(count)
    ]
    return parts[0].union(*parts[1:], all=True) if count > 1 else parts[0]


SUMS, TALLIED = Statements(_summed), Statements(_tallied)
FIRST, MORE = Statements(_first), Statements(_more)
