"""What people do with an import: bring a file, say what it means, try it, run, stop, take back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crm.contacts.importing import guessing, targets
from crm.contacts.importing.targets import IMPORTERS
from crm.contacts.models import Import, ImportFile, ImportRow
from crm.workspaces import actions as workspaces
from crm.workspaces.models import Membership

State = Import.State
# From which states one may go on with what
MAY = {
    "map": (State.MAPPING,),
    "check": (State.MAPPING,),
    "start": (State.MAPPING, State.STOPPED, State.FAILED),
    "stop": (State.CHECKING, State.RUNNING),
    "undo": (State.DONE, State.STOPPED, State.FAILED),
}


class NotNow(Exception):
    """What is asked does not fit the state the import is in."""


@transaction.atomic
def begin_import(
    *, data: bytes, filename: str, kind: str, region: str, by: Membership, at: datetime
) -> Import:
    """Keep a file to be read; `kind` may be "" to be guessed, `region` is of phones, "BR"."""
    batch: Import = Import.objects.create(
        kind=kind, filename=filename[-200:], by=by, asked_at=at, region=region
    )
    ImportFile.objects.create(batch=batch, data=data)
    return batch


@transaction.atomic
def settle_import(
    *,
    batch: Import,
    kind: str | None = None,
    mapping: Sequence[dict[str, Any]] | None = None,
    policy: str | None = None,
    day_order: str | None = None,
) -> Import:
    """Say what the file is about, what its columns mean and what becomes of duplicates.

    Another kind has its columns guessed anew. What a trial found before counts no more.
    """
    row = _held(batch, "map")
    if kind is not None and kind != row.kind and kind in IMPORTERS:
        row.kind = kind
        row.mapping = guessing.mapping(kind, row.heading, sample(row))
    elif mapping is not None:
        row.mapping = _sound(row, mapping)
    row.policy = policy if policy in Import.Policy.values else row.policy
    row.day_order = day_order if day_order in ("dmy", "mdy") else row.day_order
    if "check" in row.counts:
        ImportRow.objects.filter(batch=row).update(forecast="", said=[])
    row.counts = {}
    row.save()
    return row


def check_import(*, batch: Import, at: datetime) -> Import:
    """Have it tried: everything is read and held against what is here, nothing is written."""
    return _turn(batch, "check", State.CHECKING, done=0, finished_at=None, counts={})


def start_import(*, batch: Import, by: Membership, at: datetime) -> Import:
    """Have it run, or go on where it was stopped, or once more with what it failed at."""
    with transaction.atomic():
        again = _held(batch, "start").failed_at
        if again in (State.READING, State.CHECKING):
            return _turn(batch, "start", again, finished_at=None, done=0)
        ended = ImportRow.objects.filter(batch=batch).exclude(state=ImportRow.State.WAITING)
        row = _turn(batch, "start", State.RUNNING, finished_at=None, done=ended.count())
        workspaces.note(
            "import.started", by=by, at=at, about=row.filename, data={"rows": row.total}
        )
    return row


def stop_import(*, batch: Import, at: datetime) -> Import:
    """Stop after the rows that are being written; a trial begins anew another time."""
    with transaction.atomic():
        row = _held(batch, "stop")
        row.state = State.MAPPING if row.state == State.CHECKING else State.STOPPED
        row.lease_until, row.finished_at, row.fence = None, at, row.fence + 1
        row.save()
    return row


def undo_import(*, batch: Import, by: Membership, at: datetime) -> Import:
    """Have it taken back as a whole."""
    with transaction.atomic():
        row = _turn(batch, "undo", State.UNDOING, done=0, finished_at=None)
        workspaces.note("import.undone", by=by, at=at, about=row.filename, data={"rows": row.total})
    return row


def sample(batch: Import, most: int = guessing.SAMPLE) -> list[list[str]]:
    """The first rows of a file."""
    rows = ImportRow.objects.filter(batch=batch).order_by("number")[:most]
    return [row.cells for row in rows]


def _sound(row: Import, mapping: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A mapping with as many columns as the file, to targets that there are."""
    known = targets.targets(IMPORTERS[row.kind])
    found = []
    for at, _heading in enumerate(row.heading):
        each = mapping[at] if at < len(mapping) else {}
        before = row.mapping[at] if at < len(row.mapping) else {}
        name = str(each.get("to", ""))
        if name not in known:
            found.append({"to": ""})
        elif name == before.get("to"):
            found.append(before)
        else:
            found.append({"to": name})
    return found


def _held(batch: Import, what: str) -> Import:
    row: Import = Import.objects.select_for_update().get(pk=batch.pk)
    if row.state not in MAY[what]:
        raise NotNow(what)
    may = row.heading if what == "undo" else row.may_be_tried_again
    if row.state == State.FAILED and not may:
        # What could not be read has nothing to go on with
        raise NotNow(what)
    return row


@transaction.atomic
def _turn(batch: Import, what: str, state: str, **values: Any) -> Import:
    """Into another state, for whoever is rung for it to take up."""
    row = _held(batch, what)
    row.state, row.lease_until, row.trouble = state, None, ""
    row.failed_at, row.tried_from = "", row.fence
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row
