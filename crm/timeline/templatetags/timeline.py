"""Tags for activities and the history of records: `{% load timeline %}`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from django import template
from django.template import Context
from django.urls import reverse

from crm.timeline.models import Activity
from crm.ui import times

register = template.Library()

ICONS = {
    "deal": "deal", "person": "person", "organization": "organization", "lead": "lead",
    "project": "folder",
}  # fmt: skip


@register.simple_tag(takes_context=True)
def subject_url(context: Context, record: Any) -> str:
    """The address of a record's own page."""
    meta = record._meta
    slug = context["request"].workspace.slug
    return reverse(f"{meta.app_label}:{meta.model_name}", args=[slug, record.uid])


@register.filter
def kind_of(record: Any) -> str:
    """The word for the kind of a record."""
    return str(record._meta.model_name)


@register.filter
def kind_icon(kind: Any) -> str:
    """The picture of a kind, by its word or one of its records."""
    word = kind if isinstance(kind, str) else kind._meta.model_name
    return ICONS.get(word, "list")


@register.filter
def of(found: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping has for a key: `about|of:activity.pk`."""
    return found.get(key)


@register.filter
def due(activity: Activity, at: datetime) -> str:
    """For its colour: late, today, or nothing."""
    return activity.due(at)


@register.filter
def due_words(activity: Activity) -> str:
    """When it is due: 24 Nov, 10:00, or the day alone; nothing where it has none."""
    if activity.due_at is not None:
        return f"{times.day_short(activity.due_at)}, {times.clock(activity.due_at)}"
    return times.day_short(activity.due_on) if activity.due_on else ""


@register.filter
def weekday(day: date) -> str:
    """Mon, Tue, as the reader's language shortens it."""
    return format_date(day, "EEE", locale=times.locale()).rstrip(".").capitalize()


@register.filter
def month(day: date) -> str:
    """November 2026."""
    return format_date(day, "MMMM y", locale=times.locale()).capitalize()


@register.filter
def whole_day(day: date) -> str:
    """Friday 20 November, for who hears the page."""
    return format_date(day, "EEEE d MMMM", locale=times.locale())


@register.filter
def lasts(minutes: int | None) -> str:
    """30 min, 2 h; nothing for nothing."""
    return times.lasting(minutes * 60) if minutes else ""
