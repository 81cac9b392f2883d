"""What has a history: people, deals and other records, which no code down here can know.

The app that keeps them says once, when it is ready, which kinds there are, and how a change of
one is told. A kind is a model whose manager has `visible_to(member)` and, with the trash,
`seen_by(member)`, whose rows have a `uid` and a `name`, and whose page is named `app:kind`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Exists, OuterRef, QuerySet, Value, When

from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became another, in words; either may be empty."""

    label: str
    before: str
    after: str


# Rows of an event's `changes`, each told in words to a member, for one kind
Tell = Callable[[Membership, str, Sequence[Mapping[str, Any]]], list[list[Change]]]


@dataclass(frozen=True, slots=True)
class Source:
    """An app's kinds by their words, and how changes of them are told."""

    kinds: Callable[[], Mapping[str, type[Any]]]
    tell: Tell


joined: list[Source] = []


def join(source: Source) -> None:
    """Bring kinds of record that have a history."""
    joined.append(source)


def kinds() -> dict[str, type[Any]]:
    """Every kind that has a history, by its word."""
    return {word: model for source in joined for word, model in source.kinds().items()}


def tell(member: Membership, kind: str, rows: Sequence[Mapping[str, Any]]) -> list[list[Change]]:
    """What each of these events changed, in words, as far as the member may know.

    Of a kind that is gone, nothing.
    """
    for source in joined:
        if kind in source.kinds():
            return source.tell(member, kind, rows)
    return [[] for _row in rows]


def find(member: Membership, kind: str, uid: UUID) -> Any:
    """The record, or None for what is foreign, absent or hidden from the member."""
    if kind not in kinds():
        return None
    return ONE.of(kind, member.role).first(uid=uid, **queries.asker(member))


def _one_of(kind: str, role: str) -> QuerySet[Any]:
    rows = kinds()[kind].objects.visible_to(queries.stand_in(role))
    found: QuerySet[Any] = rows.filter(uid=Given("uid"))[:1]
    return found


ONE = Statements(_one_of)


def named(member: Membership, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """Those of these (kind, id) that the member sees; one query for each kind among them."""
    by_kind: dict[str, set[int]] = {}
    for kind, pk in wanted:
        by_kind.setdefault(kind, set()).add(pk)
    known = kinds()
    return {
        (kind, row.pk): row
        for kind, pks in by_kind.items()
        if kind in known
        for row in known[kind].objects.visible_to(member).filter(pk__in=pks)
    }


def is_seen(member: Membership) -> Case:
    """For rows with `kind` and `object_id`: whether the member sees what they name.

    What lies in the trash hides nothing from those who saw it before; neither does what is no
    record, as a label or a conversation.
    """
    return Case(
        *(When(kind=word, then=Exists(_one(model, member))) for word, model in kinds().items()),
        default=Value(True),
        output_field=BooleanField(),
    )


def _one(model: type[Any], member: Membership) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.seen_by(member).filter(pk=OuterRef("object_id"))
    return found
