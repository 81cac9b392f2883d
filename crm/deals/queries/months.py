"""The months of the forecast: where they begin, and what they are called."""

from datetime import date, timedelta

MONTHS = 6
# Columns beside the months: what should have closed before them, and what nobody expects
LATE, NEVER = "late", "none"


def months_from(first: date) -> list[date]:
    """The first days of the months shown."""
    found = [first]
    while len(found) < MONTHS:
        found.append(after_month(found[-1]))
    return found


def after_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def key_of(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else NEVER


def read_key(key: str) -> date | None:
    """The first day of a month's key; None for the columns beside. Raises ValueError."""
    return None if key in (LATE, NEVER) else date.fromisoformat(f"{key}-01")


def day_in(month: date, day: date | None) -> date:
    """The same day of another month, its last one where it has no such day or none is known."""
    last = after_month(month) - timedelta(days=1)
    return last if day is None else month.replace(day=min(day.day, last.day))
