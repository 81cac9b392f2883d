"""The first cards of every column of the forecast."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from crm.deals.models import Deal
from crm.deals.queries.cards import CARDS, Card
from crm.deals.queries.faces import cards
from crm.deals.queries.months import LATE, MONTHS, NEVER, key_of
from crm.deals.queries.wanted import open_deals
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements


def _column(rows: QuerySet[Deal], key: str, number: int = 0) -> QuerySet[Deal]:
    """The deals of a column: before the first month, without one, or in that month."""
    if key == NEVER:
        return rows.filter(expected_on=None)
    if key == LATE:
        return rows.filter(expected_on__lt=Given("month0"))
    begin, end = Given(f"month{number}"), Given(f"month{number + 1}")
    return rows.filter(expected_on__gte=begin, expected_on__lt=end)


def first_cards(
    member: Membership, pks: Sequence[tuple[int]], first: date
) -> dict[str, list[Card]]:
    """The cards with these ids, by the key of their column."""
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


FIRST, MORE = Statements(_first), Statements(_more)
