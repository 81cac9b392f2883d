"""When an activity is due, and when one is reminded of it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from crm.timeline.models import SOMEDAY

# When somebody is reminded of what has a day and no time of day
MORNING = time(9)


@dataclass(frozen=True, slots=True)
class Due:
    """A day, or with `at` a moment, in the zone of whoever says it."""

    on: date | None = None
    at: datetime | None = None
    zone: tzinfo = UTC

    def columns(self) -> dict[str, Any]:
        """What an activity keeps of it."""
        if self.at is not None:
            day = self.at.astimezone(self.zone).date()
            return {"due_on": day, "due_at": self.at, "falls_at": self.at}
        start = datetime.combine(self.on, time.min, UTC) if self.on else SOMEDAY
        return {"due_on": self.on, "due_at": None, "falls_at": start}

    def remind_at(self, before: int | None) -> datetime | None:
        """The moment so many minutes before; for a whole day counted from nine o'clock."""
        if before is None or (self.on is None and self.at is None):
            return None
        start = self.at or datetime.combine(self.on or date.min, MORNING, self.zone)
        try:
            return start.astimezone(UTC) - timedelta(minutes=before)
        except OverflowError:
            # Before there were days
            return None


def later(moment: datetime | None, at: datetime) -> datetime | None:
    """A reminder that would be in the past is none."""
    return moment if moment is not None and moment > at else None
