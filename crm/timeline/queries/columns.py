"""One day by the hour: where each activity stands, and beside which."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from crm.timeline.models import Activity

# A row is half an hour, which is also what an activity takes that says nothing of its length
ROW = 30
MOST_LANES = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """An activity from row `at` on (0 is the first one shown), `rows` high.

    It is in the lane `lane` of `lanes` that stand beside each other there.
    """

    activity: Activity
    at: int
    rows: int
    lane: int
    lanes: int


@dataclass(frozen=True, slots=True)
class Column:
    """A day: what has no time of day, and what has."""

    whole: list[Activity] = field(default_factory=list)
    timed: list[Placed] = field(default_factory=list)


def span(row: Activity) -> tuple[int, int]:
    """The minutes of the day from and until which it takes, within that day."""
    assert row.due_at is not None
    at = timezone.localtime(row.due_at)
    start = at.hour * 60 + at.minute
    return start, min(24 * 60, start + max(ROW, row.minutes or ROW))


def column_of(rows: Sequence[Activity], begin: int) -> Column:
    """The activities of one day, each in its place; `begin` is the first minute shown."""
    whole = [row for row in rows if row.due_at is None]
    timed: list[Placed] = []
    beside: list[tuple[Activity, int, int]] = []
    for row in rows:
        if row.due_at is None:
            continue
        start, end = span(row)
        at, until = (start - begin) // ROW, -(-(end - begin) // ROW)
        if beside and all(busy <= at for _row, _at, busy in beside):
            timed += _laned(beside)
            beside = []
        beside.append((row, at, until))
    return Column(whole, timed + _laned(beside))


def _laned(beside: Sequence[tuple[Activity, int, int]]) -> list[Placed]:
    """Activities that overlap, each in the first lane that is free by then."""
    free: list[int] = []
    found: list[tuple[Activity, int, int, int]] = []
    for row, at, until in beside:
        lane = next((n for n, busy in enumerate(free) if busy <= at), len(free))
        # More than fit beside each other lie over the last one
        lane = min(lane, MOST_LANES - 1)
        if lane == len(free):
            free.append(until)
        free[lane] = max(free[lane], until)
        found.append((row, at, until - at, lane))
    return [Placed(row, at, high, lane, len(free)) for row, at, high, lane in found]
