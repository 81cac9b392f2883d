"""Activities by the days they fall on."""

from datetime import date, timedelta
from typing import Any

from crm.timeline.models import Activity
from crm.timeline.queries import days
from crm.timeline.queries.linked import about_of
from crm.timeline.queries.matching import Filter, loaded
from crm.workspaces.models import Membership

# More on one sheet than anybody can look at
MOST = 1000


def between(
    member: Membership, first: date, last: date, asked: Filter
) -> tuple[dict[date, list[Activity]], dict[int, list[Any]]]:
    """What falls on these days, done or not, by day, and what each is about; three queries."""
    rows = Activity.objects.visible_to(member).filter(days.on_days(first, last))
    if asked.assignee is not None:
        rows = rows.filter(assignee=asked.assignee)
    if asked.types:
        rows = rows.filter(type__uid__in=asked.types)
    found = list(loaded(rows).order_by("falls_at", "pk")[:MOST])
    sheet: dict[date, list[Activity]] = {
        first + timedelta(days=n): [] for n in range((last - first).days + 1)
    }
    for row in found:
        # What has no time of day stands first
        sheet[row.day() or first].append(row)
    for each in sheet.values():
        each.sort(key=lambda row: (row.due_at is not None, row.falls_at, row.pk))
    return sheet, about_of(member, found)
