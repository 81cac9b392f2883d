"""A page of records in an order, walked by keys so that new rows shift nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from crm.fields.facts import Fact
from crm.fields.models import Record
from crm.fields.queries import ordering
from crm.timeline.queries import places
from crm.workspaces.models import Membership

ROWS = 50
# What a list shows of a member or a record that a row refers to, and what it takes to show it
SHOWN = {"id", "workspace", "uid", "name", "email", "trashed_at", "owner", "visibility"}


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in their order, and where the next ones begin."""

    rows: list[Any]
    after: str


def page(
    rows: QuerySet[Any],
    fact: Fact,
    member: Membership,
    *,
    down: bool = False,
    after: str = "",
    limit: int = ROWS,
) -> Page:
    """The rows after that place, ordered by a fact as the member sees it and then by age."""
    found = in_order(rows, fact, member, down)
    value, _bar, pk = after.rpartition("|")
    number = places.read_id(pk)
    read = ordering.read(fact, value) if number is not None else None
    if read is not None:
        step = "lt" if down else "gt"
        beyond = Q(**{f"place__{step}": read}) | Q(place=read, **{f"pk__{step}": number})
        found = found.filter(Q(**{f"place__{step}e": read}) & beyond)
    return cut(list(found[: limit + 1]), limit)


def lean(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with no more of the members and records that are loaded along than is shown."""
    joined: Any = rows.query.select_related or {}
    unseen = ["search"]
    for name in joined:
        target: Any = rows.model._meta.get_field(name).related_model
        if issubclass(target, Record | Membership):
            names = (field.name for field in target._meta.concrete_fields)
            unseen += [f"{name}__{each}" for each in names if each not in SHOWN]
    return rows.defer(*unseen)


def in_order(rows: QuerySet[Any], fact: Fact, member: Membership, down: bool) -> QuerySet[Any]:
    """The rows ordered by a fact and then by age, each with its `place`."""
    sign = "-" if down else ""
    return rows.annotate(place=ordering.place(fact, member)).order_by(f"{sign}place", f"{sign}pk")


def cut(found: list[Any], limit: int) -> Page:
    """A page of so many rows, of which one more was asked for."""
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], f"{_plain(last.place)}|{last.pk}" if last else "")


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
