"""Where a page of rows ended: what it is in order of, a bar, and the id of the last row."""

from datetime import UTC, datetime

# More digits than an id of PostgreSQL has are none of ours
DIGITS = 18


def read_id(text: str) -> int | None:
    """An id of a place, or None where it is none of ours."""
    usable = text.isascii() and text.isdigit() and len(text) <= DIGITS
    return int(text) if usable else None


def read_moment(text: str) -> datetime | None:
    """A moment with its zone, or None where it is none of ours."""
    try:
        moment = datetime.fromisoformat(text)
        # PostgreSQL knows no zone that is a day away
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def read(text: str) -> tuple[datetime, int] | None:
    """The moment and the id of "2026-11-20T09:30:00+00:00|17", or None."""
    at, _bar, pk = text.rpartition("|")
    moment, number = read_moment(at), read_id(pk)
    return None if moment is None or number is None else (moment, number)
