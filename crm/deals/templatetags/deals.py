"""Filters for cards: `{% load deals %}`."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from babel.dates import format_skeleton
from django import template

from crm.deals.models import Deal
from crm.deals.queries import Card
from crm.fields.models import Label, Record
from crm.timeline.models import Activity
from crm.ui import times

register = template.Library()


@register.filter
def rots(deal: Deal, at: datetime) -> bool:
    """Whether nobody has touched it for longer than its stage allows."""
    return deal.is_rotting(at)


@register.filter
def idle(deal: Deal, at: datetime) -> int:
    """How many days nobody has touched it."""
    return deal.idle_days(at)


@register.filter
def labelled(record: Record, labels: Mapping[int, Label]) -> list[Label]:
    """Its labels, at most two."""
    return [labels[pk] for pk in record.label_ids if pk in labels][:2]


class Next(NamedTuple):
    """What is to be done next, and whether that is late or today."""

    mark: str
    icon: str
    subject: str
    due_on: date | None
    due_at: datetime | None


class Face(NamedTuple):
    """All that a card shows: equal when it would look the same. Labels are (hue, name)."""

    card: Card
    idle: int | None
    labels: tuple[tuple[str, str], ...]
    next: Next | None


@register.simple_tag
def faces(
    cards: Iterable[Card],
    labels: Mapping[int, Label],
    upcoming: Mapping[int, Activity],
    at: datetime,
) -> list[Face]:
    """What the cards show, at most two labels of each."""
    marks = {pk: (label.hue, label.name) for pk, label in labels.items()}
    return [
        Face(
            card,
            card.idle(at),
            tuple(marks[pk] for pk in card.label_ids if pk in marks)[:2],
            _next(upcoming.get(card.pk), at),
        )
        for card in cards
    ]


def _next(activity: Activity | None, at: datetime) -> Next | None:
    if activity is None:
        return None
    mark, icon = activity.due(at), activity.type.icon
    return Next(mark, icon, activity.subject, activity.due_on, activity.due_at)


@register.filter
def month_name(day: date | None) -> str:
    """November 2026, novembro de 2026."""
    return format_skeleton("yMMMM", day, locale=times.locale()) if day else ""
