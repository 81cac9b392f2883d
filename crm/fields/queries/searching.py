"""Finding records by words, with accents and typing mistakes forgiven."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, CharField, IntegerField, Q, QuerySet, Value, When

from crm.fields import spelling
from crm.fields.models import kinds
from crm.workspaces.models import Membership

# Shorter words have too few letters to be mistyped
FORGIVEN_FROM = 4
# A word that half the records hold is not ranked among all of them
CANDIDATES = 300


@dataclass(frozen=True, slots=True)
class Found:
    """A record that was found: which kind, which one, its name."""

    kind: str
    uid: UUID
    name: str


def matching(typed: str) -> Q:
    """Records that hold every word, in any order, anywhere."""
    found = Q()
    for word in spelling.words(typed):
        found &= Q(search__contains=word)
    return found if found else Q(pk__in=[])


def alike(typed: str) -> Q:
    """Records that hold something like every word."""
    found = Q()
    for word in spelling.words(typed):
        exact = Q(search__contains=word)
        if len(word) >= FORGIVEN_FROM:
            exact |= Q(search__trigram_word_similar=word)
        found &= exact
    return found if found else Q(pk__in=[])


def search(
    member: Membership, typed: str, *, limit: int = 5, of: Iterable[str] | None = None
) -> list[Found]:
    """The best matches of each kind that the member may see, at most `limit` of a kind.

    One query; a second one forgives typing mistakes when the first finds too little.
    """
    words = spelling.words(typed)
    if not words:
        return []
    wanted = {kind: model for kind, model in kinds().items() if of is None or kind in of}
    plain = " ".join(words)
    found = _ask(wanted, member, matching(typed), plain, limit)
    if len(found) < limit and any(len(word) >= FORGIVEN_FROM for word in words):
        known = {each.uid for each in found}
        more = _ask(wanted, member, alike(typed), plain, limit)
        found += [each for each in more if each.uid not in known]
    return found


def _ask(
    wanted: dict[str, Any], member: Membership, condition: Q, plain: str, limit: int
) -> list[Found]:
    parts = [
        _best(_candidates(model.objects.visible_to(member), condition, plain), plain)
        .annotate(kind=Value(kind, CharField()))
        .values_list("kind", "uid", "name", "begins", "near")[:limit]
        for kind, model in wanted.items()
    ]
    if not parts:
        return []
    rows = list(parts[0].union(*parts[1:], all=True)) if len(parts) > 1 else list(parts[0])
    rows.sort(key=lambda row: (-row[3], -row[4]))
    return [Found(kind, uid, name) for kind, uid, name, _begins, _near in rows]


def _candidates(rows: QuerySet[Any], condition: Q, plain: str) -> QuerySet[Any]:
    """Few enough to be ranked; one set, since "in this or in that" would read every row."""
    named = rows.filter(name_key__startswith=plain).order_by("name_key").values("pk")[:CANDIDATES]
    if len(plain) < 3:
        return rows.filter(pk__in=named)
    holding = rows.filter(condition).order_by().values("pk")[:CANDIDATES]
    return rows.model.objects.filter(pk__in=named.union(holding))


def _best(rows: QuerySet[Any], plain: str) -> QuerySet[Any]:
    """Names that begin with what was typed, then those most like it."""
    return rows.annotate(
        begins=_begins(plain), near=TrigramWordSimilarity(plain, "name_key")
    ).order_by("-begins", "-near", "name_key")


def _begins(plain: str) -> Any:
    return Case(
        When(name_key__startswith=plain, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
