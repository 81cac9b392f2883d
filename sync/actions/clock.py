"""The time of the database, whatever the clock of this host says.

Leases are taken by the database's clock. Were pauses and due times written by another one,
a host an hour behind would run the same mailbox without end, and one an hour ahead would
send before the time to undo is over.
"""

import time
from datetime import datetime, timedelta

from django.utils import timezone

_told: tuple[datetime, float] | None = None


def told(at: datetime) -> None:
    """The database just said that it is `at`; every lane that begins says so."""
    global _told
    _told = (at, time.monotonic())


def now() -> datetime:
    """What the database's clock shows, counted on from when it was told last."""
    if _told is None:
        return timezone.now()
    at, then = _told
    return at + timedelta(seconds=time.monotonic() - then)
