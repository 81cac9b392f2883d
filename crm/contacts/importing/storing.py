"""Thousands of new records in one go: the record, what its kind keeps beside, and the event.

Nobody reacts to an import: what it makes stands in the history of each record, and no rule,
notification or webhook is set off by it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import models
from psycopg.types.json import Jsonb

from crm.contacts.importing.drafts import Context
from crm.timeline import actions as timeline
from crm.workspaces import bulk
from crm.workspaces.tenancy import WorkspaceModel


@cache
def _blanks(model: type[models.Model]) -> tuple[tuple[str, Any, bool], ...]:
    """The attribute of each column, with its default or with what makes one."""
    found = []
    for field in model._meta.concrete_fields:
        empty = "" if field.empty_strings_allowed and not field.null else None
        default = field.default if field.has_default() else empty
        found.append((field.attname, default, callable(default)))
    return tuple(found)


def fresh(model: type[models.Model], values: Mapping[str, Any]) -> Any:
    """An unsaved row of values by attribute, links as their ids ("owner_id").

    Called with names a class of Django's takes three times as long.
    """
    row = [
        values[name] if name in values else default() if is_made else default
        for name, default, is_made in _blanks(model)
    ]
    made: Any = model(*row)
    return made


def insert(rows: Sequence[WorkspaceModel]) -> None:
    """Write unsaved rows of one model and give them their ids."""
    if not rows:
        return
    model = type(rows[0])
    for row, pk in zip(rows, bulk.new_ids(model, len(rows)), strict=True):
        row.pk = pk
        row.stamp()
    fields = [field for field in model._meta.concrete_fields if field.column != "workspace_id"]
    bulk.insert(model, [str(field.column) for field in fields], map(_values(fields), rows))


def _values(fields: Sequence[Any]) -> Callable[[models.Model], Sequence[Any]]:
    """What takes the columns of a row."""
    taken = attrgetter(*(field.attname for field in fields))
    json = [at for at, field in enumerate(fields) if isinstance(field, models.JSONField)]

    def values(row: models.Model) -> list[Any]:
        found = list(taken(row))
        for at in json:
            found[at] = Jsonb(found[at])
        return found

    return values


def add(records: Sequence[Any], context: Context) -> None:
    """Write new records of one kind, owned by whoever imports unless said otherwise."""
    for record in records:
        if record.owner_id is None:
            record.owner_id = context.by.pk
        record.created_by_id = record.updated_by_id = context.by.pk
        record.created_at = record.updated_at = context.at
        if not record.search:
            record.prepare()
    insert(records)
    if records:
        timeline.record_many(
            f"{records[0].kind()}.created",
            by=context.by,
            about=records,
            at=context.at,
            data={"import": str(context.batch.uid)},
        )
