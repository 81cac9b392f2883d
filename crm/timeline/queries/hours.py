"""A week by the hour: where each activity stands in the column of its day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from django.utils import timezone

from crm.timeline.models import Activity

# Hours that are shown whether there is something in them or not
FIRST, LAST = 7, 19
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


@dataclass(frozen=True, slots=True)
class Week:
    """The hours that are shown, and a column for each day."""

    hours: list[time]
    columns: dict[date, Column]


def by_hour(sheet: Mapping[date, Sequence[Activity]]) -> Week:
    """The same activities by the hour, at most four beside each other; no query."""
    spans = {day: [_span(row) for row in rows if row.due_at] for day, rows in sheet.items()}
    every = [span for found in spans.values() for span in found]
    first = min([FIRST * 60, *(start for start, _end in every)]) // 60
    last = max([LAST * 60, *(end for _start, end in every)])
    hours = [time(hour) for hour in range(first, -(-last // 60))]
    return Week(hours, {day: _column(rows, first * 60) for day, rows in sheet.items()})


def _span(row: Activity) -> tuple[int, int]:
    """The minutes of the day from and until which it takes, within that day."""
    assert row.due_at is not None
    at = timezone.localtime(row.due_at)
    start = at.hour * 60 + at.minute
    return start, min(24 * 60, start + max(ROW, row.minutes or ROW))


def _column(rows: Sequence[Activity], begin: int) -> Column:
    whole = [row for row in rows if row.due_at is None]
    timed: list[Placed] = []
    beside: list[tuple[Activity, int, int]] = []
    for row in rows:
        if row.due_at is None:
            continue
        start, end = _span(row)
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
