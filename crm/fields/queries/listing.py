"""A page of records in an order, walked by keys so that new rows shift nothing."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from crm.fields.facts import Fact

ROWS = 50
# What stands for nothing when rows are put in order, by the type of the column
NOTHING: dict[str, Any] = {
    "number": Decimal(0),
    "money": Decimal(0),
    "date": date(1, 1, 1),
    "moment": datetime(1, 1, 1, tzinfo=UTC),
}
# Never empty, and in the order of an index
INDEXED = ("name_key", "created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows in their order, and where the next ones begin."""

    rows: list[Any]
    after: str


def page(
    rows: QuerySet[Any], fact: Fact, *, down: bool = False, after: str = "", limit: int = ROWS
) -> Page:
    """The rows after that place, ordered by a fact and then by age."""
    ordered = in_order(rows, fact, down)
    value, _bar, pk = after.rpartition("|")
    if pk.isascii() and pk.isdigit():
        step = "lt" if down else "gt"
        read = _read(fact, value)
        if read is not None:
            beyond = Q(**{f"place__{step}": read}) | Q(place=read, **{f"pk__{step}": int(pk)})
            ordered = ordered.filter(Q(**{f"place__{step}e": read}) & beyond)
    return cut(list(ordered[: limit + 1]), limit)


def in_order(rows: QuerySet[Any], fact: Fact, down: bool) -> QuerySet[Any]:
    """The rows ordered by a fact and then by age, each with its `place`."""
    sign = "-" if down else ""
    return rows.annotate(place=_place(fact)).order_by(f"{sign}place", f"{sign}pk")


def cut(found: list[Any], limit: int) -> Page:
    """A page of so many rows, of which one more was asked for."""
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], f"{_plain(last.place)}|{last.pk}" if last else "")


def _place(fact: Fact) -> Any:
    if fact.order in INDEXED:
        return F(fact.order)
    nothing = NOTHING.get(fact.type, "")
    output: models.Field[Any, Any] | None = (
        models.DecimalField(max_digits=20, decimal_places=4)
        if isinstance(nothing, Decimal)
        else None
    )
    return Coalesce(F(fact.order), Value(nothing), output_field=output)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _read(fact: Fact, text: str) -> Any:
    """The value of a place, or None where somebody wrote one of his own."""
    try:
        if fact.type == "moment":
            return datetime.fromisoformat(text)
        if fact.type == "date":
            return date.fromisoformat(text)
        return Decimal(text) if fact.type in ("number", "money") else text
    except (ValueError, ArithmeticError):
        return None
