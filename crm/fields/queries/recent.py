"""What was done to records, the last first: the part of the audit that tells of each change."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from crm.fields import history
from crm.fields.models import kinds
from crm.timeline.models import Event, EventAbout
from crm.timeline.queries import places
from crm.timeline.subjects import Change
from crm.workspaces.models import Membership

ROWS = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was done: to which record (None where it is gone), and what changed."""

    event: Event
    kind: str
    what: str
    name: str
    record: Any
    changes: list[Change]


def recent(
    member: Membership,
    *,
    kind: str = "",
    by: Membership | None = None,
    after: str = "",
    limit: int = ROWS,
) -> tuple[list[Told], str]:
    """Events of every kind or of one, of everybody or of one; a few queries for each kind."""
    words = [kind] if kind else sorted(kinds())
    named = Q()
    for word in words:
        named |= Q(verb__startswith=f"{word}.")
    rows = Event.objects.filter(named).select_related("by").order_by("-at", "-pk")
    if by is not None:
        rows = rows.filter(by=by)
    place = places.read(after)
    if place is not None:
        at, pk = place
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)
    found = list(rows[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return _told(member, found[:limit]), f"{last.at.isoformat()}|{last.pk}" if last else ""


def _told(member: Membership, events: list[Event]) -> list[Told]:
    about: dict[int, EventAbout] = {}
    heirs: dict[int, EventAbout] = {}
    of_kind: dict[str, list[Event]] = {}
    for event in events:
        of_kind.setdefault(event.verb.partition(".")[0], []).append(event)
    rows = EventAbout.objects.filter(event__in=events).order_by("-pk")
    verbs = {event.pk: event.verb.partition(".")[0] for event in events}
    for row in rows:
        if row.kind == verbs[row.event_id]:
            about[row.event_id] = row
        elif row.kind in kinds():
            heirs[row.event_id] = row
    # What was told of a deal is told of the lead it became again
    about = heirs | about
    known = _known(about.values())
    made: dict[int, Told] = {}
    for kind, some in of_kind.items():
        for event, changes in zip(
            some, history.tell(member, kind, [e.data for e in some]), strict=True
        ):
            own = about.get(event.pk)
            record = known.get((own.kind, own.object_id)) if own else None
            name = str(event.data.get("name", "")) or (record.name if record else "")
            what = event.verb.partition(".")[2]
            made[event.pk] = Told(event, kind, what, name, record, changes)
    return [made[event.pk] for event in events]


def _known(rows: Iterable[EventAbout]) -> dict[tuple[str, int], Any]:
    """The records that are still there, by kind and key; a query a kind."""
    ids: dict[str, set[int]] = {}
    for row in rows:
        ids.setdefault(row.kind, set()).add(row.object_id)
    return {
        (kind, pk): record
        for kind, some in ids.items()
        for pk, record in kinds()[kind].objects.in_bulk(some).items()
    }
