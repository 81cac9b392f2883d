"""Thousands of new records in one go: the record, and the event."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import models
from psycopg.types.json import Jsonb

from crm.contacts.importing.drafts import Context
from crm.timeline import actions as timeline
from crm.workspaces import bulk
from crm.workspaces.tenancy import WorkspaceModel


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
