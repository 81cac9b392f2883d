"""The records that words describe best."""

from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, CharField, IntegerField, QuerySet, Value, When

from crm.fields.models import kinds
from crm.fields.queries.matching import holds
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements

# A word that half the records hold is not ranked among all of them
CANDIDATES = 100


def _best(
    wanted: tuple[str, ...], role: str, limit: int, anywhere: bool, *forgiven: bool
) -> QuerySet[Any, Any]:
    """The best of each kind: names that begin with what was typed, then those most like it."""
    known = kinds()
    begins = Case(
        When(name_key__like=Given("begins"), then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    plain: Any = Given("plain")
    member = queries.stand_in(role)
    parts = [
        _candidates(known[kind].objects.visible_to(member), member, anywhere, forgiven)
        .annotate(
            kind=Value(kind, CharField()),
            begins=begins,
            near=TrigramWordSimilarity(plain, "name_key"),
        )
        .order_by("-begins", "-near", "name_key")
        .values_list("kind", "uid", "name", "begins", "near")[:limit]
        for kind in wanted
    ]
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


def _candidates(
    rows: QuerySet[Any], member: Membership, anywhere: bool, forgiven: tuple[bool, ...]
) -> QuerySet[Any]:
    """Few enough to be ranked; one set, since "in this or in that" would read every row."""
    named = rows.filter(name_key__like=Given("begins")).order_by("name_key")
    first = named.values("pk")[:CANDIDATES]
    if not anywhere:
        return rows.model.objects.filter(pk__in=first)
    holding = rows.filter(holds(rows.model, member, forgiven)).order_by().values("pk")[:CANDIDATES]
    return rows.model.objects.filter(pk__in=first.union(holding))


BEST = Statements(_best)
