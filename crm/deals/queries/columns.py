"""The cards of the forecast further down its columns."""

from datetime import date
from typing import Any

from crm.deals.models import Pipeline
from crm.deals.queries.cards import Card
from crm.deals.queries.faces import cards
from crm.deals.queries.first_cards import MORE
from crm.deals.queries.months import LATE, NEVER, after_month, read_key
from crm.deals.queries.wanted import ALL, Wanted
from crm.timeline.queries import places
from crm.workspaces.models import Membership


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
