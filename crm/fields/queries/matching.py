"""How records are found by words in a query."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.contrib.postgres.lookups import TrigramWordSimilar
from django.db.models import Q, QuerySet
from django.db.models.lookups import Contains

from crm.fields import spelling
from crm.fields.models import Record
from crm.fields.queries import beside
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Like

# Shorter words have too few letters to be mistyped
FORGIVEN_FROM = 4


def matching(rows: QuerySet[Any], typed: str, member: Membership) -> QuerySet[Any]:
    """The rows that hold every word, in any order, anywhere, as far as the member is told."""
    return _with(rows, [partial(_has, word=word) for word in spelling.words(typed)], member)


def alike(rows: QuerySet[Any], typed: str, member: Membership) -> QuerySet[Any]:
    """The rows that hold something like every word, as far as the member is told."""
    return _with(rows, [partial(near, word=word) for word in spelling.words(typed)], member)


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


def near(text: Any, word: str) -> Any:
    """A text holds the word, or one that is spelt nearly so."""
    exact = Q(Contains(text, word))
    return exact | Q(TrigramWordSimilar(text, word)) if len(word) >= FORGIVEN_FROM else exact


def holds(model: type[Record], member: Membership, forgiven: Iterable[bool]) -> Q:
    """Rows that hold every word of a statement, or something like it where that is forgiven."""
    tests = [partial(_holds, number=number, near=near) for number, near in enumerate(forgiven)]
    return beside.found(model, member, tests)


def _holds(text: Any, number: int, near: bool) -> Any:
    exact = Q(Like(text, Given(f"like{number}")))
    return exact | Q(TrigramWordSimilar(text, Given(f"word{number}"))) if near else exact
