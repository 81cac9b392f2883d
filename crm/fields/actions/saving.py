"""Saving a list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.fields.models import View
from crm.fields.models.definitions import next_position
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership

MOST_VIEWS = 100


def save_view(
    *,
    kind: str,
    name: str,
    filter: Mapping[str, Any],
    columns: Sequence[str],
    sort: str,
    is_shared: bool,
    by: Membership,
    at: datetime,
) -> View:
    """A view of the member's own, seen by all where it is shared; raises ValidationError."""
    if View.objects.filter(kind=kind, owner=by).count() >= MOST_VIEWS:
        raise ValidationError(_("There are a hundred views of yours already."), code="many")
    with transaction.atomic():
        made: View = View.objects.create(
            kind=kind,
            name=name[:60],
            owner=by,
            is_shared=is_shared,
            filter=dict(filter),
            columns=list(columns),
            sort=sort,
            position=next_position(View, kind=kind),
            created_at=at,
        )
        said = {"name": made.name, "kind": kind, "is_shared": is_shared}
        timeline.record("view.created", by=by, about=[made], at=at, data=said)
    return made
