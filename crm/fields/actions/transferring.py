"""Everything a member owns, given to somebody else at once: for when a member leaves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from crm.fields.models import Record
from crm.timeline import actions as timeline
from crm.timeline.models import Event, EventAbout
from crm.workspaces.models import Membership

AT_ONCE = 1000


def transfer(
    *,
    kinds: Sequence[type[Record]],
    owner: Membership,
    to: Membership,
    by: Membership,
    at: datetime,
) -> int:
    """Give all records of these kinds to another owner, what lies in the trash included.

    Each record has the change in its history; returns how many there were.
    """
    count = 0
    with transaction.atomic():
        for model in kinds:
            count += _of_kind(model, owner, to, by, at)
        said = {
            "from": owner.name,
            "to": to.name,
            "count": count,
            "lists": [model.MANY for model in kinds],
        }
        timeline.record("records.transferred", by=by, about=[], at=at, data=said)
    return count


def _of_kind(
    model: type[Record], owner: Membership, to: Membership, by: Membership, at: datetime
) -> int:
    count = 0
    while True:
        rows = model.objects.select_for_update(of=("self",)).filter(owner=owner).order_by("pk")
        batch = dict(rows.values_list("pk", "version")[:AT_ONCE])
        if not batch:
            return count
        model.objects.filter(pk__in=batch).update(
            owner=to, version=F("version") + 1, updated_by=by, updated_at=at
        )
        _tell(model, batch, owner, to, by, at)
        count += len(batch)


def _tell(
    model: type[Record],
    batch: dict[int, int],
    owner: Membership,
    to: Membership,
    by: Membership,
    at: datetime,
) -> None:
    """One event a record, as a change of the owner makes it."""
    said: dict[str, Any] = {
        "changes": {"owner": [owner.pk, to.pk]},
        "words": {"owner": [owner.name, to.name]},
    }
    events = Event.objects.bulk_create(
        Event(verb=f"{model.kind()}.changed", by=by, at=at, data={**said, "version": version + 1})
        for version in batch.values()
    )
    EventAbout.objects.bulk_create(
        EventAbout(event=event, kind=model.kind(), object_id=pk, at=at)
        for event, pk in zip(events, batch, strict=True)
    )
