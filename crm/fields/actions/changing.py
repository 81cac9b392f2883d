"""The one way a record is changed: diffed, checked for others' changes, recorded."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.fields.actions import naming, requiring
from crm.fields.actions.conflicts import refuse_conflicts
from crm.fields.actions.creating import R
from crm.fields.actions.differences import Changes, copy_of, differences_of
from crm.fields.models import Record
from crm.timeline import actions as timeline
from crm.workspaces import tenancy
from crm.workspaces.models import Membership


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
        changes, words = differences_of(fresh, values)
        changes |= more or {}
        if version is not None and version != fresh.version:
            refuse_conflicts(fresh, changes, version, strict)
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
    copy_of(fresh, record)
    return fresh


def _locked(record: R) -> R:
    """The row as it stands, nobody else's until the transaction ends."""
    rows = type(record).objects.select_for_update(of=("self",))
    fresh: R = rows.select_related("owner").get(pk=record.pk)
    return fresh


def _assign(record: Record, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name != "custom":
            setattr(record, name, value)
            continue
        kept = {**record.custom, **value}
        record.custom = {key: each for key, each in kept.items() if each is not None}
