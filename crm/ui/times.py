"""Times as people write them: 10:42, Thu, 18 Nov, in the reader's zone and language."""

from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _


def locale() -> Locale:
    """The reader's locale; plain English reads dates the British way (18 Nov, 24 hours)."""
    return _named(get_language() or "en")


@cache
def _named(language: str) -> Locale:
    name = to_locale(language)
    return Locale.parse("en_GB" if name == "en" else name)


@lru_cache(4096)
def _date(day: date, pattern: str, language: str) -> str:
    """A list shows the same few days in every row, and Babel reads its pattern each time."""
    return format_date(day, pattern, locale=_named(language))


def _written(day: date, pattern: str) -> str:
    return _date(day, pattern, get_language() or "en")


def _here(at: datetime, now: datetime | None) -> tuple[datetime, date]:
    zone = timezone.get_current_timezone()
    return at.astimezone(zone), (now or timezone.now()).astimezone(zone).date()


def _day(day: date, today: date) -> str:
    if day.year == today.year:
        return _written(day, "d MMM").rstrip(".")
    return _written(day, "d MMM y").replace(".", "")


def short(at: datetime, now: datetime | None = None) -> str:
    """For a list row: the time today, the weekday within six days, then the date."""
    here, today = _here(at, now)
    if here.date() == today:
        return format_time(here, "HH:mm", locale=locale())
    if timedelta() < today - here.date() < timedelta(days=7):
        return _written(here.date(), "EEE").rstrip(".")
    return _day(here.date(), today)


def moment(at: datetime, now: datetime | None = None) -> str:
    """For a message head: `short` with the time always in it; what is to come has its weekday."""
    here, today = _here(at, now)
    clock = format_time(here, "HH:mm", locale=locale())
    if here.date() == today:
        return clock
    if here.date() > today:
        return f"{_written(here.date(), 'EEE').rstrip('.')} {_day(here.date(), today)} {clock}"
    return f"{short(at, now)} {clock}"


def clock(at: datetime) -> str:
    """The time of day, whatever the day."""
    return format_time(at.astimezone(timezone.get_current_timezone()), "HH:mm", locale=locale())


def day_short(at: date | datetime, now: datetime | None = None) -> str:
    """The day alone: 20 Nov, with the year when it is another one."""
    today = (now or timezone.now()).astimezone(timezone.get_current_timezone()).date()
    return _day(_here(at, now)[0].date() if isinstance(at, datetime) else at, today)


def full(at: datetime) -> str:
    """For a tooltip: the whole date and time."""
    here = at.astimezone(timezone.get_current_timezone())
    clock = format_time(here, "HH:mm", locale=locale())
    return f"{format_date(here, 'full', locale=locale())}, {clock}"


def day(at: datetime, now: datetime | None = None) -> str:
    """For the head of a group of rows: today, yesterday, the weekday, the month."""
    here, today = _here(at, now)
    gap = (today - here.date()).days
    if gap <= 0:
        return _("Today")
    if gap == 1:
        return _("Yesterday")
    if gap < 7:
        return _written(here.date(), "EEEE").capitalize()
    if here.year == today.year:
        return _written(here.date(), "MMMM").capitalize()
    return format_skeleton("yMMMM", here, locale=locale()).capitalize()


def lasting(seconds: float) -> str:
    """How long something took: 0.9 s, 12 s, 3 min, 2 h."""
    for most, unit, name in ((60, 1, "s"), (3600, 60, "min")):
        if seconds < most:
            pattern = "0.#" if seconds < 10 else "0"
            return f"{format_decimal(seconds / unit, pattern, locale=locale())} {name}"
    return f"{format_decimal(seconds / 3600, '0.#', locale=locale())} h"


def brief(seconds: float) -> str:
    """How long something short took: 38 ms, 0.9 s, 12 s."""
    if seconds >= 0.1:
        return lasting(seconds)
    return f"{format_decimal(max(1, round(seconds * 1000)), locale=locale())} ms"
