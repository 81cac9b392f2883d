"""The forecast: half a year of a pipeline, a column for each month."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm.deals.models import Pipeline
from crm.deals.queries.cards import Card
from crm.deals.queries.columns import place
from crm.deals.queries.first_cards import FIRST, first_cards
from crm.deals.queries.money import Money, currencies
from crm.deals.queries.months import LATE, NEVER, after_month, key_of, months_from, read_key
from crm.deals.queries.stages import stages_of
from crm.deals.queries.sums import SUMS, TALLIED, add_up
from crm.deals.queries.wanted import ALL, Wanted
from crm.deals.queries.won import won_in
from crm.workspaces.models import Membership


@dataclass(frozen=True)
class Month:
    """A column: `key` is "2026-11", "late" or "none"; sums are in the base currency."""

    key: str
    first: date | None
    count: int
    total: Decimal
    weighted: Decimal
    won: Decimal
    cards: list[Card]

    @property
    def after(self) -> str:
        """Where the next cards begin, or "" where all are shown."""
        return place(self.cards[-1]) if self.cards and len(self.cards) < self.count else ""


@dataclass(frozen=True)
class Forecast:
    """Half a year of a pipeline."""

    pipeline: Pipeline
    months: list[Month]
    money: Money

    @property
    def count(self) -> int:
        return sum(month.count for month in self.months)

    @property
    def total(self) -> Decimal:
        return sum((month.total for month in self.months), Decimal())

    @property
    def weighted(self) -> Decimal:
        return sum((month.weighted for month in self.months), Decimal())


def forecast(member: Membership, pipeline: Pipeline, first: date, wanted: Wanted = ALL) -> Forecast:
    """The open deals the member sees, in six months from `first` on and the two columns beside."""
    keys = [LATE, *(key_of(month) for month in months_from(first)), NEVER]
    money = currencies()
    shares = {stage.pk: stage.probability for stage in stages_of(pipeline.pk)}
    asked = {"pipeline": pipeline.pk, **_bounds(first), **wanted.values(member)}
    shape = wanted.shape(member)
    sums_of = TALLIED.of(member.role) if wanted == ALL else SUMS.of(*shape)
    counts, totals, weights = add_up(sums_of.rows(**asked), first, money, shares)
    found = first_cards(member, FIRST.of(*shape).rows(**asked), first)
    won = won_in(member, asked, wanted, money)
    shown = [
        Month(key, read_key(key), counts[key], totals[key], weights[key], won[key], found[key])
        for key in keys
    ]
    return Forecast(pipeline, [m for m in shown if m.count or m.key != LATE], money)


def _bounds(first: date) -> dict[str, date]:
    """Where the months shown begin, and the last of them ends."""
    months = months_from(first)
    return {f"month{n}": day for n, day in enumerate([*months, after_month(months[-1])])}
