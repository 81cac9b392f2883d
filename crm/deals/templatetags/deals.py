"""Filters for cards: `{% load deals %}`."""

from collections.abc import Mapping
from datetime import date, datetime

from babel.dates import format_skeleton
from django import template

from crm.deals.models import Deal
from crm.fields.models import Label
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
def labelled(deal: Deal, labels: Mapping[int, Label]) -> list[Label]:
    """Its labels, at most two."""
    return [labels[pk] for pk in deal.label_ids if pk in labels][:2]


@register.filter
def month_name(day: date | None) -> str:
    """November 2026, novembro de 2026."""
    return format_skeleton("yMMMM", day, locale=times.locale()) if day else ""
