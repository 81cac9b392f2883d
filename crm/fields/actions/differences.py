"""What a change would make different in a record."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from crm.fields.models import Record

Changes = dict[str, list[Any]]


def copy_of(fresh: Record, record: Record) -> None:
    """What the caller holds shows what was written."""
    for field in record._meta.concrete_fields:
        setattr(record, field.attname, getattr(fresh, field.attname))


def differences_of(
    record: Record, values: Mapping[str, Any]
) -> tuple[Changes, dict[str, list[str]]]:
    """What these values would change: before and after as kept, and in words for the event."""
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


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
