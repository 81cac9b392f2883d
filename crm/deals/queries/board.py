"""The board: the stages of a pipeline with their sums and first cards."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from crm.deals.models import Deal, Pipeline, Stage
from crm.deals.queries.money import Money, currencies
from crm.workspaces.models import Membership

# Cards of a column shown at once; more are asked for when one scrolls there
CARDS = 50


@dataclass(frozen=True)
class Column:
    """A stage with its open deals: how many, their worth in the base currency, the first cards."""

    stage: Stage
    count: int
    total: Decimal
    cards: list[Deal]

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


def board(member: Membership, pipeline: Pipeline, wanted: Q | None = None) -> Board:
    """The open deals of a pipeline that the member sees and `wanted` means; five queries."""
    stages = list(Stage.objects.filter(pipeline=pipeline).order_by("position", "pk"))
    rows = open_deals(member, wanted).filter(pipeline=pipeline)
    money = currencies()
    counts, sums = _sums(rows)
    cards = _cards(rows, stages)
    columns = [
        Column(stage, counts[stage.pk], money.in_base(sums[stage.pk]), cards[stage.pk])
        for stage in stages
    ]
    for column in columns:
        for card in column.cards:
            card.stage = column.stage
    return Board(pipeline, columns, money)


def more_cards(
    member: Membership, stage: Stage, at: Any, pk: int, wanted: Q | None = None
) -> list[Deal]:
    """The cards of a column that come after this place."""
    beyond = Q(stage_since__lt=at) | Q(stage_since=at, pk__lt=pk)
    rows = open_deals(member, wanted).filter(Q(stage_since__lte=at) & beyond, stage=stage)
    return list(loaded(rows).order_by("-stage_since", "-pk")[:CARDS])


def open_deals(member: Membership, wanted: Q | None) -> QuerySet[Deal]:
    """The open deals the member sees, those of `wanted` alone."""
    rows: QuerySet[Deal] = Deal.objects.visible_to(member).filter(status=Deal.Status.OPEN)
    return rows.filter(wanted) if wanted else rows


def loaded(rows: QuerySet[Deal]) -> QuerySet[Deal]:
    """With what a card shows."""
    return rows.select_related("owner", "person", "organization", "stage")


def _sums(
    rows: QuerySet[Deal],
) -> tuple[dict[int, int], dict[int, list[tuple[str, Decimal]]]]:
    counts: dict[int, int] = defaultdict(int)
    sums: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
    found = rows.order_by().values_list("stage_id", "currency")
    for stage_id, code, count, total in found.annotate(Count("pk"), Sum("value")):
        counts[stage_id] += count
        sums[stage_id].append((code, total or Decimal()))
    return counts, sums


def _cards(rows: QuerySet[Deal], stages: Sequence[Stage]) -> dict[int, list[Deal]]:
    """The first cards of every column, each column walked in its own index."""
    parts = [
        rows.filter(stage=stage).order_by("-stage_since", "-pk").values("pk")[:CARDS]
        for stage in stages
    ]
    found: dict[int, list[Deal]] = defaultdict(list)
    if not parts:
        return found
    picked = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    pks = [row["pk"] for row in picked]
    shown = Deal.objects.filter(pk__among=pks)
    for deal in loaded(shown).order_by("-stage_since", "-pk"):
        found[deal.stage_id].append(deal)
    return found
