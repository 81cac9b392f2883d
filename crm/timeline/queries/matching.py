"""Which activities are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from crm.timeline.models import Activity
from crm.timeline.queries import days
from crm.ui import spelling
from crm.workspaces.models import Membership

WHEN = ("open", "overdue", "today", "week", "later", "done")


@dataclass(frozen=True)
class Filter:
    """Which activities are meant; what is not given leaves nothing out."""

    when: str = "open"
    assignee: Membership | None = None
    types: Sequence[UUID] = ()
    words: str = ""


def matching(member: Membership, asked: Filter, at: datetime) -> QuerySet[Any]:
    """What the member sees of what is asked for."""
    rows: QuerySet[Any] = Activity.objects.visible_to(member)
    if asked.assignee is not None:
        rows = rows.filter(assignee=asked.assignee)
    if asked.types:
        rows = rows.filter(type__uid__in=asked.types)
    for word in spelling.words(asked.words):
        rows = rows.filter(search__contains=word)
    return rows.filter(_time(asked.when, at))


def waiting(member: Membership, at: datetime) -> int:
    """How much of one's own is due today or before."""
    rows = Activity.objects.open().filter(assignee=member)
    count: int = rows.filter(_time("overdue", at) | _time("today", at)).count()
    return count


def _time(when: str, at: datetime) -> Q:
    today = timezone.localdate(at)
    undone = Q(done_at=None)
    if when == "done":
        return Q(done_at__isnull=False)
    if when == "overdue":
        return undone & days.before(at)
    if when == "today":
        return undone & days.on_days(today, today)
    if when == "week":
        return undone & days.on_days(*days.week_of(today))
    if when == "later":
        return undone & ~days.before(at) & ~days.on_days(*days.week_of(today))
    return undone


def loaded(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("type", "assignee").prefetch_related("about")
