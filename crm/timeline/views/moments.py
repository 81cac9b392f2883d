"""Days, times and versions that a request names."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.utils import timezone

YEARS = (1900, 2200)


def day_in(values: Mapping[str, Any], name: str = "day") -> date | None:
    """A day as 2026-11-20, or None."""
    try:
        day = date.fromisoformat(values.get(name, ""))
    except ValueError:
        return None
    # The ends of the calendar have no week beside them
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def time_in(values: Mapping[str, Any], name: str = "time") -> time | None:
    """A time of day as 09:30, or None."""
    typed = str(values.get(name, ""))
    try:
        return time.fromisoformat(typed) if len(typed) == 5 else None
    except ValueError:
        return None


def version_in(typed: str) -> int | None:
    """The version somebody saw, or None."""
    known = typed.isascii() and typed.isdigit() and len(typed) < 10
    return int(typed) if known else None


def today() -> date:
    """The day where the reader is."""
    return timezone.localdate()
