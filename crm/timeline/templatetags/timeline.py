"""Tags for activities and the history of records: `{% load timeline %}`."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from babel.dates import format_date, format_time
from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from crm.timeline import sentences
from crm.timeline.models import Activity, Event
from crm.timeline.queries.history import Entry
from crm.ui import times

register = template.Library()
OTHER = sentences.OTHER
FRESH = timedelta(minutes=30)

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
def is_fresh(at: datetime) -> bool:
    """Whether it was made just now, so that what it brings along is still to be said."""
    return timezone.now() - at < FRESH


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
def hour_words(hour: time) -> str:
    """07:00, as the reader's language writes it."""
    return format_time(hour, "HH:mm", locale=times.locale())


@register.filter
def doubled(count: int) -> int:
    """Twice as many: the row at which an hour begins."""
    return 2 * count


@register.filter
def lasts(minutes: int | None) -> str:
    """30 min, 2 h; nothing for nothing."""
    return times.lasting(minutes * 60) if minutes else ""


@register.simple_tag(takes_context=True)
def told(context: Context, entry: Entry, record: Any) -> SafeString:
    """The sentence of an entry, who and what in it marked; `record` is whose page this is."""
    event = entry.event
    assert event is not None
    words = telling(entry)
    member = context.get("member")
    if event.by is None:
        who = _("Fio")
    else:
        who = _("You") if member is not None and event.by_id == member.pk else event.by.name
    return format_html(
        _percent(str(words.text)),
        who=format_html("<b>{}</b>", who),
        what=_what(context, entry, event, record),
        source=_named(context, entry.source, record, event.data.get("source_name", "")),
    )


@register.simple_tag
def made_of(data: Mapping[str, str]) -> str:
    """Which mail made a person that nobody made."""
    return sentences.made_of(data["made_of"]) % data


def _percent(text: str) -> str:
    """A sentence with %(name)s as `format_html` wants it."""
    plain = text.replace("{", "{{").replace("}", "}}")
    for name in ("who", "what", "source"):
        plain = plain.replace(f"%({name})s", f"{{{name}}}")
    return plain.replace("%%", "%")


def _what(context: Context, entry: Entry, event: Event, record: Any) -> Any:
    """What an event is about, by its name; a link where that has a page and it is not this one."""
    data = event.data
    if event.verb.startswith("activity."):
        return format_html("<b>{}</b>", data.get("subject", ""))
    if entry.file is not None:
        address = reverse("timeline:file", args=[context["request"].workspace.slug, entry.file.uid])
        return format_html('<a class="link" href="{}">{}</a>', address, entry.file.name)
    return _named(context, entry.record, record, data.get("name") or str(record))


def _named(context: Context, subject: Any, record: Any, name: str) -> SafeString:
    """A link to a record that has a page other than this one's, else the name alone."""
    if subject is not None and (subject.pk, kind_of(subject)) != (record.pk, kind_of(record)):
        return format_html(
            '<a class="link" href="{}">{}</a>', subject_url(context, subject), subject
        )
    return format_html("<b>{}</b>", name)


@register.filter
def telling(entry: Entry) -> sentences.Telling:
    """The picture and the colour of an entry."""
    event = entry.event
    return sentences.telling(event.verb, event.data.get("source", "")) if event else OTHER


@register.filter
def as_written(html: str) -> SafeString:
    """A note as it was cleaned when it was kept (`crm.timeline.wording`)."""
    return mark_safe(html)  # nothing gets into the table but through `wording.clean`
