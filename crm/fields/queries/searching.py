"""Finding records by words, with accents and typing mistakes forgiven."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, CharField, IntegerField, Q, QuerySet, Value, When
from django.db.models.lookups import Contains

from crm.fields import spelling
from crm.fields.models import Record, kinds
from crm.fields.queries import beside
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Like, Statements, pattern

# Shorter words have too few letters to be mistyped
FORGIVEN_FROM = 4
# A word that half the records hold is not ranked among all of them
CANDIDATES = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A record that was found: which kind, which one, its name."""

    kind: str
    uid: UUID
    name: str


def matching(rows: QuerySet[Any], typed: str, member: Membership) -> QuerySet[Any]:
    """The rows that hold every word, in any order, anywhere, as far as the member is told."""
    return _with(rows, [partial(_has, word=word) for word in spelling.words(typed)], member)


def alike(rows: QuerySet[Any], typed: str, member: Membership) -> QuerySet[Any]:
    """The rows that hold something like every word, as far as the member is told."""
    return _with(rows, [partial(_near, word=word) for word in spelling.words(typed)], member)


def holding(rows: QuerySet[Any], typed: str, member: Membership) -> QuerySet[Any]:
    """The rows with these words; where there are none, those with something like them.

    One query to know which.
    """
    exact = matching(rows, typed, member)
    return exact if exact.order_by().exists() else alike(rows, typed, member)


def _with(rows: QuerySet[Any], tests: Sequence[Any], member: Membership) -> QuerySet[Any]:
    return rows.filter(beside.found(rows.model, member, tests)) if tests else rows.none()


def _has(text: Any, word: Any) -> Any:
    return Contains(text, word)


def _near(text: Any, word: str) -> Any:
    exact = Q(Contains(text, word))
    return exact | Q(TrigramWordSimilar(text, word)) if len(word) >= FORGIVEN_FROM else exact


def search(
    member: Membership, typed: str, *, limit: int = 5, of: Iterable[str] | None = None
) -> list[Found]:
    """The best matches of each kind that the member may see, at most `limit` of a kind.

    One query; a second one forgives typing mistakes when the first finds nothing.
    """
    kinds_of = None if of is None else tuple(of)
    found = find(member, typed, limit=limit, of=kinds_of)
    return found or find(member, typed, limit=limit, of=kinds_of, forgiving=True)


def find(
    member: Membership,
    typed: str,
    *,
    limit: int = 5,
    of: Iterable[str] | None = None,
    forgiving: bool = False,
) -> list[Found]:
    """As `search`, of the words as they stand, or of words like them; one query."""
    words = spelling.words(typed)
    wanted = tuple(kind for kind in kinds() if of is None or kind in of)
    forgiven = [forgiving and len(word) >= FORGIVEN_FROM for word in words]
    if not words or not wanted or (forgiving and not any(forgiven)):
        return []
    plain = " ".join(words)
    given = {"plain": plain, "begins": pattern(plain, begins=True), **queries.asker(member)}
    given |= held(words)
    # Two letters are at the beginning of a name, or in every other record
    shape = wanted, member.role, limit, len(plain) >= 3
    found = BEST.of(*shape, *forgiven).rows(**given)
    rows = sorted(found, key=lambda row: (-row[3], -row[4]))
    return [Found(kind, uid, name) for kind, uid, name, _begins, _near in rows]


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


def held(words: Sequence[str]) -> dict[str, str]:
    """The values of a statement that `holds` is a part of."""
    given = {f"word{number}": word for number, word in enumerate(words)}
    return given | {f"like{number}": pattern(word) for number, word in enumerate(words)}


def holds(model: type[Record], member: Membership, forgiven: Iterable[bool]) -> Q:
    """Rows that hold every word of a statement, or something like it where that is forgiven."""
    tests = [partial(_holds, number=number, near=near) for number, near in enumerate(forgiven)]
    return beside.found(model, member, tests)


def _holds(text: Any, number: int, near: bool) -> Any:
    exact = Q(Like(text, Given(f"like{number}")))
    return exact | Q(TrigramWordSimilar(text, Given(f"word{number}"))) if near else exact


BEST = Statements(_best)
