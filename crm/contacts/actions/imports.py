"""What people do with an import: bring a file, try it, run, stop, take back."""

from datetime import datetime

from django.db import transaction

from crm.contacts.actions.turning import State, held, turn
from crm.contacts.models import Import, ImportFile, ImportRow
from crm.workspaces import actions as workspaces
from crm.workspaces.models import Membership


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


def check_import(*, batch: Import, at: datetime) -> Import:
    """Have it tried: everything is read and held against what is here, nothing is written."""
    return turn(batch, "check", State.CHECKING, done=0, finished_at=None, counts={})


def start_import(*, batch: Import, by: Membership, at: datetime) -> Import:
    """Have it run, or go on where it was stopped, or once more with what it failed at."""
    with transaction.atomic():
        again = held(batch, "start").failed_at
        if again in (State.READING, State.CHECKING):
            return turn(batch, "start", again, finished_at=None, done=0)
        ended = ImportRow.objects.filter(batch=batch).exclude(state=ImportRow.State.WAITING)
        row = turn(batch, "start", State.RUNNING, finished_at=None, done=ended.count())
        workspaces.note(
            "import.started", by=by, at=at, about=row.filename, data={"rows": row.total}
        )
    return row


def stop_import(*, batch: Import, at: datetime) -> Import:
    """Stop after the rows that are being written; a trial begins anew another time."""
    with transaction.atomic():
        row = held(batch, "stop")
        row.state = State.MAPPING if row.state == State.CHECKING else State.STOPPED
        row.lease_until, row.finished_at, row.fence = None, at, row.fence + 1
        row.save()
    return row


def undo_import(*, batch: Import, by: Membership, at: datetime) -> Import:
    """Have it taken back as a whole."""
    with transaction.atomic():
        row = turn(batch, "undo", State.UNDOING, done=0, finished_at=None)
        workspaces.note("import.undone", by=by, at=at, about=row.filename, data={"rows": row.total})
    return row
