"""The board: the stages of a pipeline with their sums and first cards."""

from dataclasses import dataclass
from decimal import Decimal

from crm.deals.models import Pipeline, Stage
from crm.deals.queries.cards import Card
from crm.deals.queries.money import Money, currencies
from crm.deals.queries.stage_cards import first_cards
from crm.deals.queries.stage_sums import stage_sums
from crm.deals.queries.stages import stages_of
from crm.deals.queries.wanted import ALL, Wanted
from crm.workspaces.models import Membership


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
    counts, sums = stage_sums(member, pipeline, wanted)
    found = first_cards(member, stages, wanted)
    columns = [
        Column(stage, counts[stage.pk], money.in_base(sums[stage.pk]), found[stage.pk])
        for stage in stages
    ]
    return Board(pipeline, columns, money)
