"""Times as people write them: 10:42, Thu, 18 Nov, in the reader's zone and language."""

from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal
from django.utils import timezone
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _


def locale() -> Locale:
    """The reader's locale; plain English reads dates the British way (18 Nov, 24 hours)."""
    name = to_locale(get_language() or "en")
    return Locale.parse("en_GB" if name == "en" else name)


def _here(at: datetime, now: datetime | None) -> tuple[datetime, date]:
    zone = timezone.get_current_timezone()
    return at.astimezone(zone), (now or timezone.now()).astimezone(zone).date()


def _day(day: date, today: date) -> str:
    if day.year == today.year:
        return format_date(day, "d MMM", locale=locale()).rstrip(".")
    return format_date(day, "d MMM y", locale=locale()).replace(".", "")


def short(at: datetime, now: datetime | None = None) -> str:
    """For a list row: the time today, the weekday within six days, then the date."""
    here, today = _here(at, now)
    if here.date() == today:
        return format_time(here, "HH:mm", locale=locale())
    if timedelta() < today - here.date() < timedelta(days=7):
        return format_date(here, "EEE", locale=locale()).rstrip(".")
    return _day(here.date(), today)


def moment(at: datetime, now: datetime | None = None) -> str:
    """For a message head: `short` with the time always in it."""
    here, today = _here(at, now)
    clock = format_time(here, "HH:mm", locale=locale())
    if here.date() == today:
        return clock
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
        return format_date(here, "EEEE", locale=locale()).capitalize()
    if here.year == today.year:
        return format_date(here, "MMMM", locale=locale()).capitalize()
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
