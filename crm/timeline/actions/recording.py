"""Recording what happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from django.db import transaction
from psycopg.types.json import Jsonb

from crm.timeline.models import Event, EventAbout, event_recorded
from crm.workspaces import actions as workspaces
from crm.workspaces import bulk, tenancy, trail
from crm.workspaces.models import Membership


def record(
    verb: str,
    *,
    by: Membership | None,
    about: Sequence[tenancy.WorkspaceModel],
    at: datetime,
    data: Mapping[str, Any] | None = None,
    operator: str = "",
) -> Event:
    """Write an event in the caller's transaction; whoever reacts is told after it commits.

    `operator` is the address of whoever acts from outside the workspace.
    """
    told = {**(data or {}), **({"operator": operator} if operator else {})}
    event = Event(verb=verb, by=by, at=at, data=told)
    rows = [(row._meta.model_name or "", row.pk, at) for row in about]
    bulk.insert_with(event, EventAbout, "event_id", ["kind", "object_id", "at"], rows)
    if verb in trail.VERBS:
        named = next((str(row) for row in reversed(about)), "")
        workspaces.note(verb, at=at, by=by, about=named, data=data, operator=operator)
    transaction.on_commit(partial(_tell, event, list(about)))
    return event


def record_many(
    verb: str,
    *,
    by: Membership | None,
    about: Sequence[tenancy.WorkspaceModel],
    at: datetime,
    data: Mapping[str, Any] | None = None,
    also: Sequence[tuple[str, int]] = (),
) -> None:
    """Write one event for each of many rows, in the caller's transaction; nobody reacts to them.

    `also` has for each row another one that its event is about: its kind and its id.
    """
    ids = bulk.new_ids(Event, len(about))
    told, who = Jsonb(dict(data or {})), by.pk if by else None
    bulk.insert(
        Event,
        ["id", "uid", "verb", "by_id", "at", "data"],
        ((pk, tenancy.new_uid(), verb, who, at, told) for pk in ids),
    )
    rows = (
        (pk, row._meta.model_name or "", row.pk, at) for pk, row in zip(ids, about, strict=True)
    )
    others = ((pk, kind, other, at) for pk, (kind, other) in zip(ids, also, strict=bool(also)))
    bulk.insert(EventAbout, ["event_id", "kind", "object_id", "at"], chain(rows, others))


def record_each(
    verb: str,
    *,
    by: Membership | None,
    told: Sequence[tuple[Sequence[tuple[str, int]], Mapping[str, Any]]],
    at: datetime,
) -> None:
    """Write events that each say something else: (what it is about as (kind, id)…, data).

    In the caller's transaction; nobody reacts to them.
    """
    ids, who = bulk.new_ids(Event, len(told)), by.pk if by else None
    bulk.insert(
        Event,
        ["id", "uid", "verb", "by_id", "at", "data"],
        (
            (pk, tenancy.new_uid(), verb, who, at, Jsonb(dict(data)))
            for pk, (_about, data) in zip(ids, told, strict=True)
        ),
    )
    bulk.insert(
        EventAbout,
        ["event_id", "kind", "object_id", "at"],
        (
            (pk, kind, row, at)
            for pk, (about, _data) in zip(ids, told, strict=True)
            for kind, row in about
        ),
    )


def _tell(event: Event, about: list[tenancy.WorkspaceModel]) -> None:
    with tenancy.open_workspace(event.workspace_id), transaction.atomic():
        event_recorded.send(sender=Event, event=event, about=about)
