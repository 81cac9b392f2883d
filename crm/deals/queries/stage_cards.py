"""The cards in the columns of the board."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from crm.deals.models import Stage
from crm.deals.queries.cards import CARDS, Card
from crm.deals.queries.faces import cards
from crm.deals.queries.wanted import ALL, Wanted, open_deals
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements


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


def first_cards(
    member: Membership, stages: Sequence[Stage], wanted: Wanted
) -> dict[int, list[Card]]:
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


FIRST, MORE = Statements(_first), Statements(_more)
