"""What rows are put in order by: an expression, never empty, for any fact that has an order."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models import Case, F, OuterRef, Subquery, TextField, UUIDField, Value, When
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, Lower
from django.db.models.lookups import Exact

from crm.fields import values
from crm.fields.facts import TEXTS, Fact
from crm.fields.queries import beside
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required

# Never empty, and in the order of an index
INDEXED = ("name_key", "created_at", "updated_at")
DAY = models.DateField()
# What stands for nothing, by the type of the fact
NOTHING: dict[str, Any] = {
    "number": Decimal(0),
    "money": Decimal(0),
    "date": date(1, 1, 1),
    "date_range": date(1, 1, 1),
    "moment": datetime(1, 1, 1, tzinfo=UTC),
}


def place(fact: Fact, member: Membership) -> Any:
    """The expression; of a choice the place of the choice, of dates from and to the first one.

    What is hidden from the member has the place of nothing.
    """
    if fact.custom:
        return _own(fact)
    if fact.order in INDEXED:
        return F(fact.order)
    if beside.is_other(fact):
        return beside.told(member, fact.column)
    nothing = NOTHING.get(fact.type, "")
    output = values.NUMBER if isinstance(nothing, Decimal) else None
    return Coalesce(F(fact.order), Value(nothing), output_field=output)


def read(fact: Fact, text: str) -> Any:
    """The value of a place that was written as text, or None where it is none of ours."""
    try:
        if fact.type == "moment":
            return datetime.fromisoformat(text).astimezone(UTC)
        if fact.type in ("date", "date_range"):
            return date.fromisoformat(text)
        if fact.custom and fact.type == "choice":
            return int(text)
        if fact.type in ("number", "money"):
            number = Decimal(text)
            return number if number.is_finite() else None
        return text
    except (ValueError, ArithmeticError):
        return None


def _own(fact: Fact) -> Any:
    text = KeyTextTransform(fact.name, "custom")
    if fact.type in TEXTS:
        words = Lower(Unaccent(text), output_field=TextField())
        return Coalesce(words, Value(""), output_field=TextField())
    if fact.type == "choice":
        return _choice(fact)
    if fact.type == "member":
        return _member(fact)
    if fact.type == "yes_no":
        return Coalesce(text, Value(""), output_field=TextField())
    within = {"money": "amount", "date_range": "from"}.get(fact.type)
    if within is not None:
        text = KeyTextTransform(within, KeyTransform(fact.name, "custom"))
    output = values.NUMBER if fact.type in ("number", "money") else DAY
    return Coalesce(Cast(text, output), Value(NOTHING[fact.type]), output_field=output)


def _choice(fact: Fact) -> Any:
    """In the order in which people see the choices; those offered no more come behind."""
    known = [*(key for key, _words in fact.options), *fact.former]
    # A field may be called like a lookup
    kept = KeyTextTransform(fact.name, "custom")
    whens = [When(Exact(kept, key), then=Value(n + 1)) for n, key in enumerate(known)]
    return Case(*whens, default=Value(0), output_field=models.IntegerField())


def _member(fact: Fact) -> Any:
    uid = Cast(KeyTextTransform(fact.name, OuterRef("custom")), UUIDField())
    here = Membership.objects.using("default").filter(workspace_id=required(), uid=uid)
    name = Subquery(here.values("name")[:1])
    return Coalesce(name, Value(""), output_field=TextField())
