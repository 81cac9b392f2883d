"""What a record says of those it belongs to, as far as a member sees them.

A deal is found and put in order by its organization too; where that one is hidden from who asks,
the deal is as if it had none.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.lookups import Unaccent
from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    TextField,
    UUIDField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Lower
from django.db.models.lookups import IsNull

from crm.fields.facts import REFERENCES, Fact
from crm.fields.models import Record, kinds
from crm.fields.models.seeing import seen
from crm.workspaces import permissions
from crm.workspaces.models import Membership

# A condition on a text of the row
Test = Callable[[Any], Any]


def near(model: type[Record]) -> tuple[str, ...]:
    """The columns whose records' names are a part of the search text."""
    names = (link.name for link in model._meta.concrete_fields)
    return tuple(name for name in names if name in ("person", "organization"))


def is_other(fact: Fact) -> bool:
    """Whether it refers to a record, which may be hidden."""
    return fact.type in REFERENCES and fact.type != "member"


def found(model: type[Record], member: Membership, tests: Sequence[Test]) -> Q:
    """Rows whose search text passes, not only by the name of somebody the member does not see."""
    passed, names = _all(Q(test(F("search"))) for test in tests), near(model)
    if not names or permissions.may(member, "records.see_all"):
        return passed
    own = _all(_own(model, test) for test in tests)
    is_open = _all(Q(**{name: None}) | seen(member, f"{name}__") for name in names)
    # What stands in the row itself is looked at first; only the rest is looked up, once for all
    # words, since each look-up is planned. A value: a join, or EXISTS, may read all there are
    rows = model._default_manager.filter(pk=OuterRef("pk"))
    rows = rows.filter(is_open | _all(_said(model, member, test) for test in tests))
    return passed & (own | Q(IsNull(Subquery(rows.values("pk")), False)))


def told(member: Membership, name: str) -> Any:
    """By what such a record sorts and is told from others, as far as the member sees it; or ""."""
    key = F(f"{name}__name_key")
    if permissions.may(member, "records.see_all"):
        return Coalesce(key, Value(""))
    return Case(When(seen(member, f"{name}__"), then=key), default=Value(""))


def refers(model: type[Record], member: Membership, fact: Fact) -> Q:
    """Rows in which this reference is to a record that the member sees."""
    if permissions.may(member, "records.see_all"):
        return (
            Q(custom__has_key=fact.name) if fact.custom else Q(**{f"{fact.column}__isnull": False})
        )
    rows = kinds()[fact.type].objects.seen_by(member)
    if not fact.custom:
        return Q(Exists(rows.filter(pk=OuterRef(fact.column))))
    uid = Cast(KeyTextTransform(fact.name, OuterRef("custom")), UUIDField())
    return Q(Exists(rows.filter(uid=uid)))


def hidden(member: Membership, uids: Collection[Any]) -> set[Any]:
    """Those of these public ids that records have which the member does not see; a query a kind."""
    if permissions.may(member, "records.see_all"):
        return set()
    found: set[Any] = set()
    for model in (kinds()[kind] for kind in sorted(REFERENCES - {"member"})):
        rows = model.objects.filter(~seen(member), uid__in=uids)
        found |= set(rows.values_list("uid", flat=True))
    return found


def _all(conditions: Iterable[Q]) -> Q:
    return reduce(and_, conditions, Q())


def _own(model: type[Record], test: Test) -> Q:
    """Rows in which a column of their own passes."""
    own = Q()
    for path in model.SAYS:
        if path == "name_key":
            own |= Q(test(F(path)))
        elif "__" not in path:
            own |= Q(test(_plain(path)))
    return own


def _said(model: type[Record], member: Membership, test: Test) -> Q:
    """Rows in which a column, a part, or the name of somebody whom the member sees passes."""
    said = _own(model, test)
    for name in near(model):
        said |= seen(member, f"{name}__") & Q(test(F(f"{name}__name_key")))
    for name, column in (path.split("__") for path in model.SAYS if "__" in path):
        link: Any = model._meta.get_field(name)
        parts = link.related_model._default_manager.filter(**{link.field.name: OuterRef("pk")})
        said |= Q(Exists(parts.filter(test(_plain(column)))))
    return said


def _plain(column: str) -> Any:
    return Lower(Unaccent(F(column)), output_field=TextField())
