"""The history of one record: what happened to it, as far as a member may know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.timeline import subjects
from crm.timeline.models import Event, EventAbout, File, Note
from crm.workspaces.models import Membership

SHOWN = 50
# What stands elsewhere on the page, or is of no use to a reader
UNTOLD = (
    Q(event__verb__startswith="email.")
    | Q(event__verb__startswith="thread.")
    | Q(event__verb__in=["activity.reminded", "note.unpinned", "note.pinned"])
)
SHOWS: dict[str, Q] = {
    "notes": Q(event__verb__startswith="note."),
    "activities": Q(event__verb__startswith="activity."),
    "files": Q(event__verb__startswith="file."),
}
CHANGES = ~(SHOWS["notes"] | SHOWS["activities"] | SHOWS["files"])


@dataclass(frozen=True)
class Entry:
    """One event with what it tells of: the record it is first about, a note, a file, changes."""

    event: Event
    record: Any = None
    note: Note | None = None
    file: File | None = None
    changes: list[subjects.Change] = field(default_factory=list)


@dataclass(frozen=True)
class History:
    """Entries, the newest first, and where the older ones begin."""

    entries: list[Entry]
    after: str


def history(member: Membership, record: Any, *, show: str = "", after: str = "") -> History:
    """Fifty entries of a record's history; the number of queries does not depend on how many.

    An event that is about anything the member may not see is left out.
    """
    rows = _links(member, record, show)
    rows = rows.filter(_beyond(after)).select_related("event", "event__by")
    found = list(rows.prefetch_related("event__about").order_by("-at", "-event_id")[: SHOWN + 1])
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    events = [row.event for row in found[:SHOWN]]
    place = f"{last.at.isoformat()}|{last.event_id}" if last else ""
    return History(_entries(member, events), place)


def _links(member: Membership, record: Any, show: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = EventAbout.objects.filter(
        kind=record._meta.model_name, object_id=record.pk
    ).exclude(UNTOLD)
    if show == "changes":
        rows = rows.filter(CHANGES)
    elif show in SHOWS:
        rows = rows.filter(SHOWS[show])
    beside = EventAbout.objects.filter(event=OuterRef("event_id"))
    return rows.exclude(Exists(beside.exclude(subjects.is_seen(member))))


def _beyond(after: str) -> Q:
    value, _bar, pk = after.rpartition("|")
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return Q()
    if at.tzinfo is None or not (pk.isascii() and pk.isdigit()):
        return Q()
    return Q(at__lte=at) & (Q(at__lt=at) | Q(event_id__lt=int(pk[:18])))


def _entries(member: Membership, events: Sequence[Event]) -> list[Entry]:
    pairs = {
        event.pk: [(each.kind, each.object_id) for each in event.about.all()] for event in events
    }
    everything = {pair for found in pairs.values() for pair in found}
    records = subjects.named(member, everything)
    notes = _beside(Note, member, "note", everything)
    files = _beside(File, member, "file", everything)
    told = _changes(events, pairs)
    return [
        Entry(
            event,
            next((records[pair] for pair in pairs[event.pk] if pair in records), None),
            next(
                (notes[pk] for kind, pk in pairs[event.pk] if kind == "note" and pk in notes), None
            ),
            next(
                (files[pk] for kind, pk in pairs[event.pk] if kind == "file" and pk in files), None
            ),
            told.get(event.pk, []),
        )
        for event in events
    ]


def _beside(
    model: Any, member: Membership, kind: str, pairs: set[tuple[str, int]]
) -> dict[int, Any]:
    wanted = [pk for word, pk in pairs if word == kind]
    if not wanted:
        return {}
    found: dict[int, Any] = model.objects.visible_to(member).in_bulk(wanted)
    return found


def _changes(
    events: Sequence[Event], pairs: Mapping[int, list[tuple[str, int]]]
) -> dict[int, list[subjects.Change]]:
    """What each event changed, told by whoever keeps that kind of record."""
    by_kind: dict[str, list[Event]] = {}
    for event in events:
        kind = event.verb.partition(".")[0]
        if event.data.get("changes") and any(word == kind for word, _pk in pairs[event.pk]):
            by_kind.setdefault(kind, []).append(event)
    return {
        event.pk: changes
        for kind, rows in by_kind.items()
        for event, changes in zip(
            rows, subjects.tell(kind, [row.data for row in rows]), strict=True
        )
    }
