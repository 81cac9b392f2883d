"""The way back from a change to many records."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.fields.actions.changing import change
from crm.fields.models import Record
from crm.timeline.models import Event, EventAbout
from crm.workspaces.models import Membership


def undo(model: type[Record], batch: str, *, by: Membership, at: datetime) -> int:
    """Take back what one bulk action changed; what somebody changed since stays as it is.

    Returns how many records are as they were.
    """
    count = 0
    with transaction.atomic():
        events = Event.objects.filter(data__contains={"batch": batch}, by=by)
        about = EventAbout.objects.filter(event__in=events, kind=model.kind())
        for row in about.select_related("event").order_by("object_id"):
            record = model.objects.seen_by(by).filter(pk=row.object_id).first()
            if record is None or record.version != row.event.data.get("version"):
                continue
            values = {name: before for name, (before, _after) in row.event.data["changes"].items()}
            change(record, _rows(model, values), by=by, at=at)
            count += 1
    return count


def _rows(model: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by column, references as the rows they mean, own fields under "custom"."""
    found: dict[str, Any] = {}
    columns = {field.name for field in model._meta.concrete_fields}
    for name, value in values.items():
        if name not in columns:
            found.setdefault("custom", {})[name] = value
            continue
        field: Any = model._meta.get_field(name)
        if field.is_relation:
            rows = field.related_model._default_manager.using("default")
            found[field.name] = rows.filter(pk=value).first() if value is not None else None
        else:
            found[name] = value
    return found
