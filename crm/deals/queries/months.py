"""The forecast: open deals by the month in which they are expected to close."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from crm.deals.models import Deal, Pipeline, Stage
from crm.deals.queries.board import CARDS, loaded, open_deals
from crm.deals.queries.money import Money, currencies
from crm.workspaces.models import Membership

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
    cards: list[Deal]

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


def forecast(
    member: Membership, pipeline: Pipeline, first: date, wanted: Q | None = None
) -> Forecast:
    """The open deals the member sees, in six months from `first` on and the two columns beside."""
    rows = open_deals(member, wanted).filter(pipeline=pipeline)
    keys = [LATE, *(key_of(month) for month in months_from(first)), NEVER]
    money = currencies()
    shares = dict(Stage.objects.filter(pipeline=pipeline).values_list("pk", "probability"))
    counts, totals, weights = _sums(rows, first, money, shares)
    cards = _cards(rows, keys, first)
    won = _won(member, pipeline, first, money, wanted)
    found = [
        Month(key, read_key(key), counts[key], totals[key], weights[key], won[key], cards[key])
        for key in keys
    ]
    return Forecast(pipeline, [m for m in found if m.count or m.key != LATE], money)


def month_cards(
    member: Membership,
    pipeline: Pipeline,
    key: str,
    after: str,
    first: date,
    wanted: Q | None = None,
) -> list[Deal]:
    """The cards of a column that come after that place; raises ValueError for a bad one."""
    rows = of_month(open_deals(member, wanted).filter(pipeline=pipeline), key, first)
    if after:
        day, _bar, pk = after.partition("|")
        on = date.fromisoformat(day) if day else None
        rows = rows.filter(pk__gt=int(pk)) if on is None else rows.filter(_beyond(on, int(pk)))
    return list(loaded(rows).order_by("expected_on", "pk")[:CARDS])


def place(deal: Deal) -> str:
    """Where a card stands in its column."""
    return f"{deal.expected_on.isoformat() if deal.expected_on else ''}|{deal.pk}"


def of_month(rows: QuerySet[Deal], key: str, first: date) -> QuerySet[Deal]:
    """The deals of a column; `first` is where the months shown begin."""
    if key == NEVER:
        return rows.filter(expected_on=None)
    if key == LATE:
        return rows.filter(expected_on__lt=first)
    month = date.fromisoformat(f"{key}-01")
    return rows.filter(expected_on__gte=month, expected_on__lt=after_month(month))


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


def _beyond(on: date, pk: int) -> Q:
    return Q(expected_on__gte=on) & (Q(expected_on__gt=on) | Q(pk__gt=pk))


def _sums(
    rows: QuerySet[Deal], first: date, money: Money, shares: dict[int, int]
) -> tuple[dict[str, int], dict[str, Decimal], dict[str, Decimal]]:
    counts: dict[str, int] = defaultdict(int)
    totals: dict[str, Decimal] = defaultdict(Decimal)
    weights: dict[str, Decimal] = defaultdict(Decimal)
    found = rows.order_by().annotate(month=TruncMonth("expected_on"))
    grouped = found.values_list("month", "stage_id", "currency")
    for month, stage_id, code, count, total in grouped.annotate(Count("pk"), Sum("value")):
        key = LATE if month is not None and month < first else key_of(month)
        worth = money.in_base([(code, total or Decimal())])
        counts[key] += count
        totals[key] += worth
        weights[key] += worth * shares.get(stage_id, 0) / 100
    return counts, totals, weights


def _cards(rows: QuerySet[Deal], keys: Sequence[str], first: date) -> dict[str, list[Deal]]:
    parts = [
        of_month(rows, key, first).order_by("expected_on", "pk").values("pk")[:CARDS]
        for key in keys
    ]
    pks = [row["pk"] for row in parts[0].union(*parts[1:], all=True)]
    found: dict[str, list[Deal]] = defaultdict(list)
    for deal in loaded(Deal.objects.filter(pk__among=pks)).order_by("expected_on", "pk"):
        late = deal.expected_on is not None and deal.expected_on < first
        found[LATE if late else key_of(deal.expected_on)].append(deal)
    return found


def _won(
    member: Membership, pipeline: Pipeline, first: date, money: Money, wanted: Q | None
) -> dict[str, Decimal]:
    zone = timezone.get_current_timezone()
    end = after_month(months_from(first)[-1])
    begin, until = (datetime.combine(day, time.min, zone) for day in (first, end))
    rows = Deal.objects.visible_to(member).filter(
        pipeline=pipeline, status=Deal.Status.WON, closed_at__gte=begin, closed_at__lt=until
    )
    rows = rows.filter(wanted) if wanted else rows
    grouped = rows.order_by().annotate(month=TruncMonth("closed_at"))
    found: dict[str, Decimal] = defaultdict(Decimal)
    for month, code, total in grouped.values_list("month", "currency").annotate(Sum("value")):
        found[key_of(month.date())] += money.in_base([(code, total or Decimal())])
    return found
