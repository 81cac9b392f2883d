"""Changes that somebody else made since a version was seen."""

from collections.abc import Iterable, Mapping
from typing import Any

from crm.fields.actions.differences import Changes
from crm.fields.models import Record
from crm.timeline.models import Event
from crm.workspaces.models import Membership


class Outdated(Exception):
    """Somebody changed the same thing meanwhile; nothing was written.

    `record` is as it stands, `conflicts` has {fact: (theirs, yours)}, `by` is who changed it.
    """

    def __init__(
        self, record: Record, conflicts: Mapping[str, tuple[Any, Any]], by: Membership | None
    ) -> None:
        super().__init__(", ".join(conflicts))
        self.record, self.conflicts, self.by = record, dict(conflicts), by


def refuse_conflicts(record: Record, changes: Changes, version: int, strict: bool) -> None:
    """Raise Outdated where what is to be changed was changed after this version."""
    since = [
        event
        for event in Event.objects.filter(
            about__kind=record.kind(),
            about__object_id=record.pk,
            data__version__gt=version,
            # What came with the history of another kind counts versions of its own
            verb__startswith=f"{record.kind()}.",
        )
        .select_related("by")
        .order_by("at", "pk")
    ]
    touched = {name: event for event in since for name in event.data.get("changes", {})}
    both = {name for name in changes if name in touched}
    if not both and not strict:
        return
    conflicts = {name: (changes[name][0], changes[name][1]) for name in (both or set(changes))}
    last = touched[min(both)] if both else (since[-1] if since else None)
    raise Outdated(record, conflicts, last.by if last else record.updated_by)


def changes_of(records: Iterable[Record], batch: str) -> list[tuple[Event, Record]]:
    """The events of one bulk action with the record each of them is about."""
    known = {record.pk: record for record in records}
    rows = Event.objects.filter(data__batch=batch, about__object_id__in=list(known))
    return [
        (event, known[row.object_id])
        for event in rows.prefetch_related("about").distinct()
        for row in event.about.all()
        if row.object_id in known
    ]
