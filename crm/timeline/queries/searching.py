"""Finding activities and notes by words, with accents and typing mistakes forgiven.

What an index finds is few and cheap; who may see it is settled afterwards, on those few. A
statement that did both would take longer to plan than to run.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import IntegerField, Q, QuerySet, Value
from django.db.models.functions import Left

from crm.timeline import subjects
from crm.timeline.models import Activity, ActivityAbout, Note, NoteAbout
from crm.ui import spelling
from crm.workspaces import permissions, queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements, pattern

# Shorter words have too few letters to be mistyped
FORGIVEN_FROM = 4
# A word that half the rows hold is not ranked among all of them
CANDIDATES = 100
LINKS: dict[Any, Any] = {Activity: ActivityAbout, Note: NoteAbout}


class Row(NamedTuple):
    """What is shown of an activity or a note; `at` is when the former is due, the latter changed.

    `title` is its subject, or the beginning of what it says.
    """

    pk: int
    uid: UUID
    title: str
    at: datetime | None
    assignee_id: int | None
    created_by_id: int | None


class Named(NamedTuple):
    """A record that something is about."""

    pk: int
    kind: str
    uid: UUID
    name: str
    trashed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """An activity or a note, and the first record it is about that the member sees, if any."""

    row: Row
    record: Named | None = None


def find(
    member: Membership, typed: str, *, limit: int = 5, forgiving: bool = False
) -> tuple[list[Found], list[Found]]:
    """Activities and notes with these words, or words like them, the last changed first.

    A query for each of the two, one more for each that has such rows, and one for each kind of
    record that these are about.
    """
    words = spelling.words(typed)
    forgiven = [forgiving and len(word) >= FORGIVEN_FROM for word in words]
    is_short = all(len(word) < 3 for word in words)
    if is_short or (forgiving and not any(forgiven)):
        return [], []
    given = {f"like{number}": pattern(word) for number, word in enumerate(words)}
    given |= {f"word{number}": word for number, word in enumerate(words)}
    rows = {
        model: [Row(*row) for row in CANDIDATE.of(model, *forgiven).rows(**given)]
        for model in LINKS
    }
    links = {model: _links(model, found) for model, found in rows.items()}
    about = {pair for found in links.values() for pairs in found.values() for pair in pairs}
    seen = _records(member, about)
    activities, notes = (
        _seen(rows[model], links[model], member, seen)[:limit] for model in (Activity, Note)
    )
    return activities, notes


Links = dict[int, list[tuple[str, int]]]


def _links(model: Any, rows: Sequence[Row]) -> Links:
    """What each of the rows is about, as (kind, id)."""
    links: Links = defaultdict(list)
    if rows:
        for of, kind, pk in ABOUT.of(model).rows(pks=[row.pk for row in rows]):
            links[of].append((kind, pk))
    return links


def _seen(
    rows: Sequence[Row], links: Links, member: Membership, seen: dict[tuple[str, int], Named]
) -> list[Found]:
    mine = [row for row in rows if _is_seen(row, links[row.pk], member, seen)]
    return [Found(row, _shown(links[row.pk], seen)) for row in mine]


def _is_seen(
    row: Row,
    links: Sequence[tuple[str, int]],
    member: Membership,
    seen: dict[tuple[str, int], Named],
) -> bool:
    """As `visible_to` has it: one's own, and what is about records all of which one sees."""
    if permissions.may(member, "records.see_all"):
        return True
    if member.pk in (row.assignee_id, row.created_by_id):
        return True
    known = subjects.kinds()
    return bool(links) and all(pair in seen or pair[0] not in known for pair in links)


def _shown(links: Iterable[tuple[str, int]], seen: dict[tuple[str, int], Named]) -> Named | None:
    """The first of the records; what lies in the trash hides nothing, and is not shown."""
    named = (seen[pair] for pair in links if pair in seen)
    return next((record for record in named if record.trashed_at is None), None)


def _records(member: Membership, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Named]:
    """Those of these (kind, id) that the member sees, or saw before they went into the trash."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, pk in wanted:
        by_kind[kind].append(pk)
    known = subjects.kinds()
    asker = queries.asker(member)
    return {
        (kind, row[0]): Named(*row)
        for kind, pks in sorted(by_kind.items())
        if kind in known
        for row in RECORDS.of(kind, member.role).rows(pks=pks, **asker)
    }


def _candidates(model: Any, *forgiven: bool) -> QuerySet[Any, Any]:
    wanted = Q(trashed_at=None)
    for number, is_forgiven in enumerate(forgiven):
        exact = Q(search__like=Given(f"like{number}"))
        near = Q(search__trigram_word_similar=Given(f"word{number}"))
        wanted &= exact | near if is_forgiven else exact
    held = model.objects.filter(wanted).order_by().values("pk")[:CANDIDATES]
    rows = model.objects.filter(pk__in=held).order_by("-updated_at", "-pk")
    if model is Activity:
        names = ("pk", "uid", "subject", "due_at", "assignee_id", "created_by_id")
    else:
        # Whoever wrote a note sees it by its records, like everybody
        rows = rows.annotate(title=Left("text", 120), nobody=Value(None, IntegerField()))
        names = ("pk", "uid", "title", "updated_at", "nobody", "nobody")
    found: QuerySet[Any, Any] = rows.values_list(*names)
    return found


def _about(model: Any) -> QuerySet[Any, Any]:
    rows = LINKS[model].objects.filter(of_id__among=Given("pks")).order_by("pk")
    found: QuerySet[Any, Any] = rows.values_list("of_id", "kind", "object_id")
    return found


def _named(kind: str, role: str) -> QuerySet[Any, Any]:
    rows = subjects.kinds()[kind].objects.seen_by(queries.stand_in(role))
    named = rows.filter(pk__among=Given("pks")).annotate(word=Value(kind))
    found: QuerySet[Any, Any] = named.values_list("pk", "word", "uid", "name", "trashed_at")
    return found


CANDIDATE, ABOUT, RECORDS = Statements(_candidates), Statements(_about), Statements(_named)
