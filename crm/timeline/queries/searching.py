"""Finding activities and notes by words, with accents and typing mistakes forgiven."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from crm.timeline import subjects
from crm.timeline.models import Activity, Note
from crm.ui import spelling
from crm.workspaces.models import Membership

# Shorter words have too few letters to be mistyped
FORGIVEN_FROM = 4
# A word that half the rows hold is not ranked among all of them
CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Found:
    """An activity or a note, and the first record it is about that the member sees, if any."""

    row: Any
    record: Any = None

    @property
    def title(self) -> str:
        """Its subject, or the beginning of what it says."""
        return str(self.row.subject if isinstance(self.row, Activity) else self.row.text[:120])


def search_activities(member: Membership, typed: str, *, limit: int = 5) -> list[Found]:
    """Activities with these words, the last changed first; at most four queries."""
    rows = Activity.objects.visible_to(member).select_related("type")
    return _found(member, rows, typed, limit)


def search_notes(member: Membership, typed: str, *, limit: int = 5) -> list[Found]:
    """Notes with these words, the last changed first; at most four queries."""
    return _found(member, Note.objects.visible_to(member), typed, limit)


def _found(member: Membership, rows: QuerySet[Any], typed: str, limit: int) -> list[Found]:
    words = spelling.words(typed)
    if not words or all(len(word) < 3 for word in words):
        return []
    exact = Q(*(Q(search__contains=word) for word in words))
    found = _some(rows, exact, limit)
    if not found and any(len(word) >= FORGIVEN_FROM for word in words):
        alike = Q(*(_alike(word) for word in words))
        found = _some(rows, alike, limit)
    return _with_records(member, found)


def _alike(word: str) -> Q:
    exact = Q(search__contains=word)
    if len(word) < FORGIVEN_FROM:
        return exact
    return exact | Q(search__trigram_word_similar=word)


def _some(rows: QuerySet[Any], condition: Q, limit: int) -> list[Any]:
    """The index finds candidates first; only those are asked who may see them."""
    candidates = rows.model.objects.filter(condition).order_by().values("pk")[:CANDIDATES]
    shown = rows.filter(pk__in=candidates).prefetch_related("about")
    return list(shown.order_by("-updated_at", "-pk")[:limit])


def _with_records(member: Membership, rows: list[Any]) -> list[Found]:
    links = {row.pk: [(each.kind, each.object_id) for each in row.about.all()] for row in rows}
    known = subjects.named(member, {pair for found in links.values() for pair in found})
    return [
        Found(row, next((known[pair] for pair in links[row.pk] if pair in known), None))
        for row in rows
    ]
