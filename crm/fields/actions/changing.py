"""The one way a record is made or changed: diffed, checked for others' changes, recorded.

An event of a change has `data["changes"]`: {fact: [before, after]}, in plain JSON, with what
a reference was called then in `data["words"]`, and the version the change made.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models, transaction

from crm.fields.actions import naming, requiring
from crm.fields.models import Default, Record, Visibility
from crm.timeline import actions as timeline
from crm.timeline.models import Event
from crm.workspaces import tenancy
from crm.workspaces.models import Membership

R = TypeVar("R", bound=Record)
Changes = dict[str, list[Any]]


class Outdated(Exception):
    """Somebody changed the same thing meanwhile; nothing was written.

    `record` is as it stands, `conflicts` has {fact: (theirs, yours)}, `by` is who changed it.
    """

    def __init__(
        self, record: Record, conflicts: Mapping[str, tuple[Any, Any]], by: Membership | None
    ) -> None:
        super().__init__(", ".join(conflicts))
        self.record, self.conflicts, self.by = record, dict(conflicts), by


def create(
    record: R,
    *,
    by: Membership | None,
    at: datetime,
    about: Sequence[tenancy.WorkspaceModel] = (),
    data: Mapping[str, Any] | None = None,
) -> R:
    """Save a new record, its owner whoever makes it unless told otherwise, and tell of it."""
    with transaction.atomic():
        if record.owner_id is None:
            record.owner = by
        record.created_by = record.updated_by = by
        record.created_at = record.updated_at = at
        record.prepare()
        record.save(force_insert=True)
        verb = f"{record.kind()}.created"
        timeline.record(verb, by=by, about=[record, *about], at=at, data=data)
    return record


def default_visibility(kind: str, by: Membership | None) -> str:
    """Who sees a new record of this kind that this member makes."""
    if by is None:
        return Visibility.EVERYONE
    row = Default.objects.filter(kind=kind, role=by.role).first()
    return row.visibility if row else Visibility.EVERYONE


def change(
    record: R,
    values: Mapping[str, Any],
    *,
    by: Membership | None,
    at: datetime,
    version: int | None = None,
    strict: bool = False,
    verb: str = "",
    about: Sequence[tenancy.WorkspaceModel] = (),
    more: Changes | None = None,
    data: Mapping[str, Any] | None = None,
) -> R:
    """Give a record these values and record what changed; without a difference do nothing.

    `values` has columns by name, and under "custom" the own fields to change (None empties
    one; Lacking is raised for one that must be filled). `more` are differences already made in
    rows beside the record. With the `version` the changer saw, Outdated is raised when somebody
    changed one of the same facts since; with `strict` when anything changed since.
    """
    with transaction.atomic():
        fresh = _locked(record)
        changes, words = _differences(fresh, values)
        changes |= more or {}
        if version is not None and version != fresh.version:
            _refuse_conflicts(fresh, changes, version, strict)
        if not changes:
            return fresh
        if "custom" in values:
            requiring.refuse_emptied(fresh, values["custom"])
        _assign(fresh, values)
        fresh.version += 1
        fresh.updated_by, fresh.updated_at = by, at
        fresh.prepare()
        fresh.save()
        said = {"changes": changes, "words": words, "version": fresh.version, **(data or {})}
        if "name" in changes:
            naming.carry(fresh)
        timeline.record(
            verb or f"{fresh.kind()}.changed", by=by, about=[fresh, *about], at=at, data=said
        )
    _copy(fresh, record)
    return fresh


def _locked(record: R) -> R:
    """The row as it stands, nobody else's until the transaction ends."""
    rows = type(record).objects.select_for_update(of=("self",))
    fresh: R = rows.select_related("owner").get(pk=record.pk)
    return fresh


def _copy(fresh: Record, record: Record) -> None:
    """What the caller holds shows what was written."""
    for field in record._meta.concrete_fields:
        setattr(record, field.attname, getattr(fresh, field.attname))


def _differences(record: Record, values: Mapping[str, Any]) -> tuple[Changes, dict[str, list[str]]]:
    changes: Changes = {}
    words: dict[str, list[str]] = {}
    for name, value in values.items():
        if name == "custom":
            changes |= _own_differences(record, value)
            continue
        field: Any = record._meta.get_field(name)
        before, after = getattr(record, field.attname), _raw(field, value)
        if before == after:
            continue
        changes[name] = [plain(before), plain(after)]
        if isinstance(field, models.ForeignKey):
            old = getattr(record, name)
            words[name] = [str(old) if old else "", str(value) if value else ""]
    return changes, words


def _own_differences(record: Record, values: Mapping[str, Any]) -> Changes:
    found: Changes = {}
    for key, value in values.items():
        before = record.custom.get(key)
        if before != value:
            found[key] = [before, value]
    return found


def _raw(field: Any, value: Any) -> Any:
    if isinstance(field, models.ForeignKey):
        return value.pk if value is not None else None
    return field.to_python(value)


def _assign(record: Record, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name != "custom":
            setattr(record, name, value)
            continue
        kept = {**record.custom, **value}
        record.custom = {key: each for key, each in kept.items() if each is not None}


def _refuse_conflicts(record: Record, changes: Changes, version: int, strict: bool) -> None:
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


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


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
