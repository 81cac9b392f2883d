"""An import taken back: what it made goes into the trash, what it changed becomes what it was.

What somebody changed since stays as it is, and the row says so.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef

from crm.contacts.importing import noting
from crm.contacts.importing.drafts import Context, Row
from crm.contacts.importing.targets import IMPORTERS, Importer
from crm.contacts.models import ImportRow, ImportSide
from crm.fields import actions
from crm.fields.models import Record, kinds
from crm.timeline import actions as timeline
from crm.timeline.models import Event, EventAbout

State = ImportRow.State


def undo(importer: Importer, rows: Sequence[Row], context: Context) -> None:
    """Take back what these rows did; they are changed in place and not saved."""
    made = {row.object_id: row for row in rows if row.state == State.CREATED}
    gone = set(_trash(importer.model, [pk for pk in made if pk], context))
    importer.trashed(sorted(gone))
    for pk, row in made.items():
        row.state = State.UNDONE if pk in gone else State.KEPT
    for row in rows:
        if row.state == State.UPDATED:
            row.state = State.UNDONE if _revert(importer, row, context) else State.KEPT


def undo_sides(context: Context, most: int = 500) -> int:
    """Put records made on the way into the trash, unless something else points at them by now.

    Notes go wherever they are, unless somebody wrote on in them.
    """
    sides = list(ImportSide.objects.filter(batch=context.batch).order_by("pk")[:most])
    noting.take_back([side.object_id for side in sides if side.kind == noting.SIDE], context)
    for kind in {side.kind for side in sides} - {noting.SIDE}:
        model = kinds()[kind]
        ids = [side.object_id for side in sides if side.kind == kind]
        gone = _trash(model, _unused(model, ids), context)
        if kind in IMPORTERS:
            IMPORTERS[kind].trashed(gone)
    ImportSide.objects.filter(pk__in=[side.pk for side in sides]).delete()
    return len(sides)


def _trash(model: type[Record], ids: list[int], context: Context) -> list[int]:
    """Those of the records that nobody touched since they were made are in the trash now."""
    rows = model.objects.filter(pk__among=ids, version=1, trashed_at=None)
    found = list(rows.select_for_update().only("pk", "name", "workspace"))
    gone = [row.pk for row in found]
    model.objects.filter(pk__among=gone).update(
        trashed_at=context.at,
        trashed_by=context.by,
        updated_at=context.at,
        version=F("version") + 1,
    )
    if found:
        timeline.record_many(
            f"{model.kind()}.trashed",
            by=context.by,
            about=found,
            at=context.at,
            data={"import": str(context.batch.uid)},
        )
    return gone


def _unused(model: type[Record], ids: list[int]) -> list[int]:
    rows = model.objects.filter(pk__among=ids)
    for other in kinds().values():
        for field in other._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is model:
                alive = other.objects.filter(**{field.name: OuterRef("pk"), "trashed_at": None})
                rows = rows.exclude(Exists(alive))
    return list(rows.values_list("pk", flat=True))


def _revert(importer: Importer, row: Row, context: Context) -> bool:
    record = importer.model.objects.filter(pk=row.object_id, trashed_at=None).first()
    about = EventAbout.objects.filter(kind=importer.kind, object_id=row.object_id)
    events = Event.objects.filter(
        about__in=about, data__contains={"import": str(context.batch.uid)}
    ).order_by("-at", "-pk")
    event = events.filter(verb=f"{importer.kind}.changed").first()
    if record is not None and event is None:
        # Nothing but a note was new to it
        return bool(events.filter(verb="note.created").exists())
    if record is None or event is None or record.version != event.data.get("version"):
        return False
    values: dict[str, Any] = {}
    more: dict[str, list[Any]] = {}
    for name, (before, after) in event.data["changes"].items():
        fact = context.facts.get(name)
        if importer.restore(record, name, before):
            more[name] = [after, before]
        elif fact is not None and fact.custom:
            values.setdefault("custom", {})[name] = before
        else:
            values |= _column(importer.model, name, before)
    actions.change(record, values, by=context.by, at=context.at, more=more)
    return True


def _column(model: type[Record], name: str, value: Any) -> dict[str, Any]:
    field: Any = model._meta.get_field(name)
    if not field.is_relation:
        return {field.name: field.to_python(value)}
    rows = field.related_model._default_manager.using("default")
    return {field.name: rows.filter(pk=value).first() if value is not None else None}
