"""The forecast: open deals by the month in which they are expected to close."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from crm.deals.models import Deal, Pipeline
from crm.deals.queries.cards import ALL, CARDS, Card, Wanted, cards, open_deals, tallies
from crm.deals.queries.money import Money, currencies
from crm.deals.queries.stays import stages_of
from crm.timeline.queries import places
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements

MONTHS = 6
# Columns beside the months: what should have closed before them, and what nobody expects
LATE, NEVER = "late", "none"


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
    counts, totals, weights = _sums(sums_of.rows(**asked), first, money, shares)
    found = _cards(member, FIRST.of(*shape).rows(**asked), first)
    won = _won(member, asked, wanted, money)
    shown = [
        Month(key, read_key(key), counts[key], totals[key], weights[key], won[key], found[key])
        for key in keys
    ]
    return Forecast(pipeline, [m for m in shown if m.count or m.key != LATE], money)


def month_cards(
    member: Membership,
    pipeline: Pipeline,
    key: str,
    after: str,
    first: date,
    wanted: Wanted = ALL,
) -> list[Card]:
    """The cards of a column that come after that place; raises ValueError for a bad one."""
    day, _bar, pk = after.partition("|")
    month, number = read_key(key) or first, places.read_id(pk) if after else 0
    if number is None:
        raise ValueError(after)
    asked: dict[str, Any] = {"pipeline": pipeline.pk, **wanted.values(member)}
    asked |= {"month0": month, "month1": after_month(month)}
    asked |= {"day": date.fromisoformat(day) if day else None, "pk": number}
    beyond = "" if not after else "day" if day else "pk"
    column = key if key in (LATE, NEVER) else ""
    pks = MORE.of(column, beyond, *wanted.shape(member)).rows(**asked)
    return cards(member, pks, "expected_on", "pk")


def place(card: Card) -> str:
    """Where a card stands in its column."""
    return f"{card.expected_on.isoformat() if card.expected_on else ''}|{card.pk}"


def _column(rows: QuerySet[Deal], key: str, number: int = 0) -> QuerySet[Deal]:
    """The deals of a column: before the first month, without one, or in that month."""
    if key == NEVER:
        return rows.filter(expected_on=None)
    if key == LATE:
        return rows.filter(expected_on__lt=Given("month0"))
    begin, end = Given(f"month{number}"), Given(f"month{number + 1}")
    return rows.filter(expected_on__gte=begin, expected_on__lt=end)


def _bounds(first: date) -> dict[str, date]:
    """Where the months shown begin, and the last of them ends."""
    months = months_from(first)
    return {f"month{n}": day for n, day in enumerate([*months, after_month(months[-1])])}


def months_from(first: date) -> list[date]:
    """The first days of the months shown."""
    found = [first]
    while len(found) < MONTHS:
        found.append(after_month(found[-1]))
    return found


def after_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def key_of(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else NEVER


def read_key(key: str) -> date | None:
    """The first day of a month's key; None for the columns beside. Raises ValueError."""
    return None if key in (LATE, NEVER) else date.fromisoformat(f"{key}-01")


def day_in(month: date, day: date | None) -> date:
    """The same day of another month, its last one where it has no such day or none is known."""
    last = after_month(month) - timedelta(days=1)
    return last if day is None else month.replace(day=min(day.day, last.day))


def _sums(
    rows: Iterable[Any], first: date, money: Money, shares: dict[int, int]
) -> tuple[dict[str, int], dict[str, Decimal], dict[str, Decimal]]:
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


def _cards(member: Membership, pks: Sequence[tuple[int]], first: date) -> dict[str, list[Card]]:
    found: dict[str, list[Card]] = defaultdict(list)
    for card in cards(member, [pk for (pk,) in pks], "expected_on", "pk"):
        late = card.expected_on is not None and card.expected_on < first
        found[LATE if late else key_of(card.expected_on)].append(card)
    return found


def _first(*shape: Any) -> QuerySet[Any, Any]:
    """The first cards of every column, each column walked in its own index."""
    parts = [
        _column(open_deals(*shape).filter(pipeline_id=Given("pipeline")), key, number)
        .order_by("expected_on", "pk")
        .values_list("pk")[:CARDS]
        for key, number in ((LATE, 0), *(("", n) for n in range(MONTHS)), (NEVER, 0))
    ]
    return parts[0].union(*parts[1:], all=True)


def _more(column: str, beyond: str, *shape: Any) -> QuerySet[Any, int]:
    rows = _column(open_deals(*shape).filter(pipeline_id=Given("pipeline")), column)
    day, pk = Given("day"), Given("pk")
    if beyond == "day":
        rows = rows.filter(Q(expected_on__gte=day) & (Q(expected_on__gt=day) | Q(pk__gt=pk)))
    elif beyond:
        rows = rows.filter(pk__gt=pk)
    return rows.order_by("expected_on", "pk").values_list("pk", flat=True)[:CARDS]


def _won(
    member: Membership, asked: dict[str, Any], wanted: Wanted, money: Money
) -> dict[str, Decimal]:
    """What was won in each of the months, as the reader's clock has them."""
    zone = timezone.get_current_timezone()
    begin, until = (
        datetime.combine(asked[name], time.min, zone) for name in ("month0", f"month{MONTHS}")
    )
    found: dict[str, Decimal] = defaultdict(Decimal)
    if wanted.rotting_at is not None:
        # What is won does not rot
        return found
    rows = WON.of(str(zone), member.role, wanted.mine).rows(**asked, begin=begin, until=until)
    for month, code, total in rows:
        found[key_of(month.date())] += money.in_base([(code, total or Decimal())])
    return found


def _closed(zone: str, role: str, mine: bool) -> QuerySet[Any, Any]:
    asker = queries.stand_in(role)
    rows = Deal.objects.visible_to(asker).filter(
        pipeline_id=Given("pipeline"),
        status=Deal.Status.WON,
        closed_at__gte=Given("begin"),
        closed_at__lt=Given("until"),
    )
    if mine:
        rows = rows.filter(owner_id=asker.pk)
    grouped = rows.order_by().annotate(month=TruncMonth("closed_at", tzinfo=ZoneInfo(zone)))
    return grouped.values_list("month", "currency").annotate(Sum("value"))


SUMS, TALLIED = Statements(_summed), Statements(_tallied)
FIRST, MORE = Statements(_first), Statements(_more)
WON = Statements(_closed)
