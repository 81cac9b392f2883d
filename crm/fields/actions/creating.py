"""The one way a record is made."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from crm.fields.models import Default, Record, Visibility
from crm.timeline import actions as timeline
from crm.workspaces import tenancy
from crm.workspaces.models import Membership

R = TypeVar("R", bound=Record)


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
