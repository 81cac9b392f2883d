"""A week by the hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from crm.timeline.models import Activity
from crm.timeline.queries.columns import Column, column_of, span

# Hours that are shown whether there is something in them or not
FIRST, LAST = 7, 19


@dataclass(frozen=True, slots=True)
class Week:
    """The hours that are shown, and a column for each day."""

    hours: list[time]
    columns: dict[date, Column]


def by_hour(sheet: Mapping[date, Sequence[Activity]]) -> Week:
    """The same activities by the hour, at most four beside each other; no query."""
    spans = {day: [span(row) for row in rows if row.due_at] for day, rows in sheet.items()}
    every = [span for found in spans.values() for span in found]
    first = min([FIRST * 60, *(start for start, _end in every)]) // 60
    last = max([LAST * 60, *(end for _start, end in every)])
    hours = [time(hour) for hour in range(first, -(-last // 60))]
    return Week(hours, {day: column_of(rows, first * 60) for day, rows in sheet.items()})
