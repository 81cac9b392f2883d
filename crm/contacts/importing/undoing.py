"""An import taken back: what it made goes into the trash, what it changed becomes what it was.

What somebody changed since stays as it is, and the row says so.
"""

from collections.abc import Sequence
from typing import Any

from crm.contacts.importing.drafts import Context, Row
from crm.contacts.importing.importers import Importer
from crm.contacts.importing.trashing import into_trash
from crm.contacts.models import ImportRow
from crm.fields import actions
from crm.fields.models import Record
from crm.timeline.models import Event, EventAbout

State = ImportRow.State


def undo(importer: Importer, rows: Sequence[Row], context: Context) -> None:
    """Take back what these rows did; they are changed in place and not saved."""
    made = {row.object_id: row for row in rows if row.state == State.CREATED}
    gone = set(into_trash(importer.model, [pk for pk in made if pk], context))
    importer.trashed(sorted(gone))
    for pk, row in made.items():
        row.state = State.UNDONE if pk in gone else State.KEPT
    for row in rows:
        if row.state == State.UPDATED:
            row.state = State.UNDONE if _revert(importer, row, context) else State.KEPT


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
