"""The Date header, believed only where it can be true."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

FIRST = datetime(1970, 1, 2, tzinfo=UTC)
PAST = timedelta(days=30 * 365.25)
FUTURE = timedelta(days=1)
ISO = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?P<zone> ?(?:Z|[+-]\d\d:?\d\d))?"
)
# What programs write that RFC 5322 does not know, and parsers pass over: "+01:00", "GMT+0100",
# fractions of a second, and the second that is put in once in a while.
ZONE = re.compile(r"(?<=\d) ?(?:GMT|UTC)?([+-]\d\d):?(\d\d)\b")
SECONDS = re.compile(r"(:\d\d:)(\d\d)\.\d{1,9}\b")
LEAP = re.compile(r"(\d\d:\d\d):60\b")


def read(raw: bytes, *, received: datetime | None = None) -> datetime | None:
    """Return the Date header in UTC, or None.

    It must lie within 30 years before and one day after the time the mail was received; where that
    time is unknown, between 1970 and tomorrow.
    """
    date = _read(raw)
    if date is None:
        return None
    first = received - PAST if received else FIRST
    last = (received or datetime.now(UTC)) + FUTURE
    return date if first <= date <= last else None


def _read(raw: bytes) -> datetime | None:
    text = raw[:200].decode("latin-1").strip()
    try:
        if iso := ISO.fullmatch(text):
            date = datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
            return date.astimezone(UTC) if iso["zone"] else date.replace(tzinfo=UTC)
        found = parsedate_tz(_plain(text))
        if found is None:
            return None
        local = datetime(*found[:6], tzinfo=UTC)
        return local - timedelta(seconds=found[9] or 0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def offset(raw: bytes) -> int | None:
    """Return the seconds east of UTC that a Date header names; None for none, 0 for UTC."""
    try:
        found = parsedate_tz(_plain(raw[:200].decode("latin-1").strip()))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    seconds = found[9] if found else None
    return seconds if seconds is not None and abs(seconds) <= 14 * 3600 else None


def _plain(text: str) -> str:
    text = LEAP.sub(r"\1:59", SECONDS.sub(r"\1\2", text))
    return ZONE.sub(r" \1\2", text)
