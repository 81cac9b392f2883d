"""Activities: lists, the days of a calendar, and what is next for each record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from crm.timeline import subjects
from crm.timeline.models import Activity, ActivityAbout
from crm.timeline.queries import days, places
from crm.ui import spelling
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements

LONGEST = 50
# More on one sheet than anybody can look at
MOST = 1000
WHEN = ("open", "overdue", "today", "week", "later", "done")


@dataclass(frozen=True)
class Filter:
    """Which activities are meant; what is not given leaves nothing out."""

    when: str = "open"
    assignee: Membership | None = None
    types: Sequence[UUID] = ()
    words: str = ""


@dataclass(frozen=True)
class Page:
    """Activities in their order, the records each is about, and where the next ones begin."""

    rows: list[Activity]
    about: dict[int, list[Any]] = field(default_factory=dict)
    after: str = ""


def page(member: Membership, asked: Filter, at: datetime, after: str = "") -> Page:
    """Fifty activities, the first due first, done ones last done first."""
    column = "done_at" if asked.when == "done" else "falls_at"
    rows = matching(member, asked, at)
    order = (f"-{column}", "-pk") if asked.when == "done" else (column, "pk")
    beyond = _beyond(column, after, down=asked.when == "done")
    found = list(_loaded(rows.filter(beyond)).order_by(*order)[: LONGEST + 1])
    last = found[LONGEST - 1] if len(found) > LONGEST else None
    shown = found[:LONGEST]
    place = f"{getattr(last, column).isoformat()}|{last.pk}" if last else ""
    return Page(shown, about_of(member, shown), place)


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


def between(
    member: Membership, first: date, last: date, asked: Filter
) -> tuple[dict[date, list[Activity]], dict[int, list[Any]]]:
    """What falls on these days, done or not, by day, and what each is about; three queries."""
    rows = Activity.objects.visible_to(member).filter(days.on_days(first, last))
    if asked.assignee is not None:
        rows = rows.filter(assignee=asked.assignee)
    if asked.types:
        rows = rows.filter(type__uid__in=asked.types)
    found = list(_loaded(rows).order_by("falls_at", "pk")[:MOST])
    sheet: dict[date, list[Activity]] = {
        first + timedelta(days=n): [] for n in range((last - first).days + 1)
    }
    for row in found:
        # What has no time of day stands first
        sheet[row.day() or first].append(row)
    for each in sheet.values():
        each.sort(key=lambda row: (row.due_at is not None, row.falls_at, row.pk))
    return sheet, about_of(member, found)


def next_of(member: Membership, kind: str, pks: Iterable[int]) -> dict[int, Activity]:
    """What is to be done next about each of these records, if anything; one query."""
    # One array of ids, so that the query is asked whether there are any or not
    links = NEXT.of(member.role).rows(kind=kind, pks=list(pks), **queries.asker(member))
    return {link.object_id: link.of for link in links}


def _next(role: str) -> QuerySet[ActivityAbout]:
    wanted = Activity.objects.visible_to(queries.stand_in(role)).open()
    links = ActivityAbout.objects.filter(
        kind=Given("kind"), object_id__among=Given("pks"), of__in=wanted
    )
    place = Window(RowNumber(), partition_by="object_id", order_by=[F("of__falls_at"), F("of_id")])
    first: QuerySet[ActivityAbout] = links.annotate(place=place).filter(place=1)
    return first.select_related("of", "of__type")


NEXT = Statements(_next)


def of_record(member: Membership, record: Any, *, done: bool = False) -> list[Activity]:
    """What is to be done about a record, or with `done` the last fifty that were."""
    kind, asker = record._meta.model_name, queries.asker(member)
    return ABOUT.of(member.role, done).rows(kind=kind, record=record.pk, **asker)


def _about(role: str, done: bool) -> QuerySet[Activity]:
    seen: Any = Activity.objects.visible_to(queries.stand_in(role))
    rows: Any = _loaded(seen.of_one(Given("kind"), Given("record")))
    rows = rows.filter(done_at__isnull=False) if done else rows.open()
    found: QuerySet[Activity] = rows.order_by(
        *(("-done_at", "-pk") if done else ("falls_at", "pk"))
    )
    return found[:LONGEST]


ABOUT = Statements(_about)


def about_of(member: Membership, rows: Sequence[Activity]) -> dict[int, list[Any]]:
    """The records each of these is about, as far as the member sees them."""
    links = [link for row in rows for link in row.about.all()]
    known = subjects.named(member, {(link.kind, link.object_id) for link in links})
    found: dict[int, list[Any]] = {row.pk: [] for row in rows}
    for link in links:
        record = known.get((link.kind, link.object_id))
        if record is not None:
            found[link.of_id].append(record)
    return found


def hidden_links(row: Activity, shown: Iterable[Any]) -> list[tuple[str, int]]:
    """What it is about besides the records that are shown to whoever asks."""
    seen = {(each._meta.model_name, each.pk) for each in shown}
    return sorted({(link.kind, link.object_id) for link in row.about.all()} - seen)


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


def _loaded(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("type", "assignee").prefetch_related("about")


def _beyond(column: str, after: str, *, down: bool) -> Q:
    """Rows after that place; all of them where there is none, or none of ours."""
    place = places.read(after)
    if place is None:
        return Q()
    moment, pk = place
    step = "lt" if down else "gt"
    further = Q(**{f"{column}__{step}": moment}) | Q(**{column: moment, f"pk__{step}": pk})
    return Q(**{f"{column}__{step}e": moment}) & further
