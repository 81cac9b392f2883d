"""The history of one record: what happened to it, as far as a member may know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.timeline import subjects
from crm.timeline.models import Event, EventAbout, File, Note
from crm.timeline.queries import slots
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements

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
    """One event with what it tells of: the record it is first about, a note, a file, changes.

    Or, without an event, a row of a slot.
    """

    at: datetime
    event: Event | None = None
    beside: slots.Beside | None = None
    template: str = ""
    record: Any = None
    # What the record was made of, where the event says so and the reader sees it
    source: Any = None
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

    An event that is about anything the member may not see is left out. What apps keep in slots
    stands among the events, or alone where `show` is its word.
    """
    place = slots.Place.read(after)
    found = _events(member, record, show, place)
    for slot in slots.joined:
        if show in ("", slot.word):
            rows = slot.read(member, record, place, SHOWN + 1)
            found += [Entry(row.at, beside=row, template=slot.template) for row in rows]
    # At one moment events come first, as a place says
    found.sort(key=lambda each: (each.at, each.beside is None, _pk(each)), reverse=True)
    shown = found[:SHOWN]
    if len(found) <= SHOWN:
        return History(_filled(member, shown), "")
    last = shown[-1]
    end = slots.Place(last.at, _pk(last), in_slot=last.beside is not None)
    return History(_filled(member, shown), str(end))


def _pk(entry: Entry) -> int:
    return entry.beside.pk if entry.beside is not None else entry.event.pk if entry.event else 0


def _events(member: Membership, record: Any, show: str, place: slots.Place | None) -> list[Entry]:
    if any(show == slot.word for slot in slots.joined):
        return []
    asked = LINKS.of(member.role, show, None if place is None else place.in_slot)
    given = queries.asker(member) | {"kind": record._meta.model_name, "record": record.pk}
    given |= {"at": place.at, "past": place.pk} if place else {}
    return [Entry(row.at, row.event) for row in asked.rows(**given)]


def _links(role: str, show: str, beyond: bool | None) -> QuerySet[EventAbout]:
    """Events of a record with what they are about, after a place in a slot or outside of any."""
    rows: QuerySet[Any] = EventAbout.objects.filter(
        kind=Given("kind"), object_id=Given("record")
    ).exclude(UNTOLD)
    if show == "changes":
        rows = rows.filter(CHANGES)
    elif show in SHOWS:
        rows = rows.filter(SHOWS[show])
    beside = EventAbout.objects.filter(event=OuterRef("event_id"))
    hidden = beside.exclude(subjects.is_seen(queries.stand_in(role)))
    rows = rows.exclude(Exists(hidden)).filter(_beyond(beyond))
    rows = rows.select_related("event", "event__by").prefetch_related("event__about")
    return rows.order_by("-at", "-event_id")[: SHOWN + 1]


LINKS = Statements(_links)


def _beyond(in_slot: bool | None) -> Q:
    if in_slot is None:
        return Q()
    earlier = Q(at__lt=Given("at"))
    if in_slot:
        return earlier
    return Q(at__lte=Given("at")) & (earlier | Q(event_id__lt=Given("past")))


def _filled(member: Membership, entries: Sequence[Entry]) -> list[Entry]:
    """The entries with what their events tell of."""
    events = [entry.event for entry in entries if entry.event is not None]
    pairs = {
        event.pk: [(each.kind, each.object_id) for each in event.about.all()] for event in events
    }
    everything = {pair for found in pairs.values() for pair in found}
    records = subjects.named(member, everything)
    notes = _beside(Note, member, "note", everything)
    files = _beside(File, member, "file", everything)
    told = _changes(member, events, pairs)
    filled = []
    for entry in entries:
        if entry.event is None:
            filled.append(entry)
            continue
        mine = pairs[entry.event.pk]
        filled.append(
            replace(
                entry,
                record=next((records[pair] for pair in mine if pair in records), None),
                source=next(
                    (
                        records[pair]
                        for pair in mine
                        if pair in records and pair[0] == entry.event.data.get("source")
                    ),
                    None,
                ),
                note=next((notes[pk] for kind, pk in mine if kind == "note" and pk in notes), None),
                file=next((files[pk] for kind, pk in mine if kind == "file" and pk in files), None),
                changes=told.get(entry.event.pk, []),
            )
        )
    return filled


def _beside(
    model: Any, member: Membership, kind: str, pairs: set[tuple[str, int]]
) -> dict[int, Any]:
    wanted = [pk for word, pk in pairs if word == kind]
    if not wanted:
        return {}
    found: dict[int, Any] = model.objects.visible_to(member).in_bulk(wanted)
    return found


def _changes(
    member: Membership, events: Sequence[Event], pairs: Mapping[int, list[tuple[str, int]]]
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
            rows, subjects.tell(member, kind, [row.data for row in rows]), strict=True
        )
    }
