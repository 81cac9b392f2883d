"""The Date header, believed only where it can be true."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

FIRST = datetime(1970, 1, 2, tzinfo=UTC)
PAST = timedelta(days=30 * 365.25)
FUTURE = timedelta(days=1)


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
    try:
        found = parsedate_tz(raw[:200].decode("latin-1"))
        if found is None:
            return None
        local = datetime(*found[:6], tzinfo=UTC)
        return local - timedelta(seconds=found[9] or 0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
