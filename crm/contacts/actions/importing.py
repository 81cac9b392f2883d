"""An import at work: claimed for a few minutes at a time, batch by batch, resumed by anybody.

The rows are the list of work, and what a row made is written in the transaction that says so.
Who loses the lease, or whose import was stopped, writes nothing more.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.models import F, Q
from django.utils import timezone
from psycopg.types.json import Jsonb

from crm.contacts.importing import batches, drafting, guessing, importers, trashing, undoing
from crm.contacts.importing.drafting import Column
from crm.contacts.importing.drafts import Context, Row
from crm.contacts.importing.importers import IMPORTERS, Importer
from crm.contacts.models import BUSY, Import, ImportFile, ImportRow, ImportSide
from crm.contacts.tables import reading
from crm.contacts.tables.table import Table, Unreadable
from crm.fields import queries
from crm.fields.actions.creating import default_visibility
from crm.workspaces import bulk, directory, tenancy
from crm.workspaces.models import Membership
from crm.workspaces.postgres import planning
from crm.workspaces.tenancy import required

log = logging.getLogger(__name__)
State = Import.State
AT_ONCE = 2000
# The first ones, from which the planner learns what the tables are like
FEW = 100
LEASE = timedelta(minutes=3)
KEPT = timedelta(days=90)
# Whoever killed so many of those who worked on it is given up
TRIES = 20
FINISHED = {State.CHECKING: State.MAPPING, State.RUNNING: State.DONE, State.UNDOING: State.UNDONE}


class Lost(Exception):
    """Somebody else does it by now, or nobody wants it any more."""


def work(*, workspace_id: int, import_id: int) -> bool:
    """Do what is to be done of an import; False where somebody else does, or nothing is."""
    with tenancy.open_workspace(workspace_id):
        fence = _take(import_id)
        if fence is None:
            return False
        try:
            if _step(import_id, fence, min(FEW, AT_ONCE)):
                planning.look()
                while _step(import_id, fence, AT_ONCE):
                    pass
        except Lost:
            return False
        except Exception:
            _fail(import_id, fence)
            raise
    return True


@transaction.atomic
def _take(import_id: int) -> int | None:
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    row = Import.objects.select_for_update().filter(free, pk=import_id, state__in=BUSY).first()
    if row is None:
        return None
    row.fence, row.lease_until = row.fence + 1, now + LEASE
    if row.fence - row.tried_from > TRIES + row.total // AT_ONCE:
        row.failed_at, row.finished_at = row.state, now
        row.state, row.lease_until = State.FAILED, None
    row.save()
    return row.fence if row.state in BUSY else None


def _held(import_id: int, fence: int) -> Import:
    """The import, nobody else's until the transaction ends; raises Lost."""
    row: Import | None = (
        Import.objects.select_for_update(of=("self",))
        .select_related("by")
        .filter(pk=import_id, fence=fence, state__in=BUSY)
        .first()
    )
    if row is None:
        raise Lost
    row.lease_until = timezone.now() + LEASE
    return row


def _step(import_id: int, fence: int, most: int) -> bool:
    """One transaction's worth, of so many rows at most; whether there is more to do."""
    with transaction.atomic():
        state = _held(import_id, fence).state
    if state == State.READING:
        _read(import_id, fence)
        return False
    if state == State.CHECKING:
        _try(import_id, fence)
        return False
    do = _take_back if state == State.UNDOING else _import
    return _guarded(partial(do, import_id, fence, most))


def _guarded(do: Any) -> bool:
    """Once more where somebody else made the same record at the same moment."""
    try:
        return bool(do())
    except IntegrityError:
        return bool(do())


def _read(import_id: int, fence: int) -> None:
    """The rows of the file, and what its columns seem to mean.

    A large workbook takes a minute and more: longer than a transaction may lie idle.
    """
    with transaction.atomic():
        file = ImportFile.objects.filter(batch=_held(import_id, fence)).first()
    table, trouble = None, Unreadable("")
    try:
        table = reading.read(bytes(file.data) if file else b"")
    except Unreadable as error:
        trouble = error
    with transaction.atomic():
        batch = _held(import_id, fence)
        if table is None:
            batch.state, batch.trouble = State.UNREADABLE, trouble.code
            batch.counts = {"line": trouble.line} if trouble.line else {}
        else:
            _keep(batch, table)
            batch.state = State.MAPPING
        batch.lease_until = None
        batch.save()
        ImportFile.objects.filter(batch=batch).delete()


def _keep(batch: Import, table: Table) -> None:
    rows = ((batch.pk, number, Jsonb(row)) for number, row in enumerate(table.rows, 2))
    bulk.insert(ImportRow, ["batch_id", "number", "cells"], rows)
    batch.heading, batch.total = table.heading, len(table.rows)
    batch.kind = batch.kind if batch.kind in IMPORTERS else guessing.kind_of(table.heading)
    batch.mapping = guessing.mapping(batch.kind, table.heading, table.rows[: guessing.SAMPLE])
    batch.day_order = guessing.day_order(table.rows, "")


def _try(import_id: int, fence: int) -> None:
    """Everything but the writing, for all rows; what one row makes is only remembered."""
    seen: dict[Any, Row] = {}
    counts, after, going = Counter[str](), 0, True
    while going:
        with transaction.atomic():
            batch = _held(import_id, fence)
            rows = _rows(batch, AT_ONCE, number__gt=after)
            going = len(rows) == AT_ONCE
            context = _context(batch, writes=False)
            context.seen = seen
            _work(rows, context)
            counts.update(row.forecast for row in rows)
            bulk.update(
                ImportRow, ["forecast", "said"], ((r.pk, r.forecast, Jsonb(r.said)) for r in rows)
            )
            batch.done += len(rows)
            batch.counts = {"check": dict(counts)}
            if not going:
                _finish(batch)
            batch.save()
        for row in rows:
            after, row.cells = row.number, []


def _rows(batch: Import, most: int, *, last_first: bool = False, **which: Any) -> list[Row]:
    """The next rows to work on."""
    found = ImportRow.objects.filter(batch=batch, **which)
    found = found.order_by("-number" if last_first else "number")
    columns = ("pk", "number", "cells", "state", "object_id")
    return [Row(*values) for values in found.values_list(*columns)[:most]]


def _work(rows: list[Row], context: Context) -> None:
    """All of them together; where that breaks, one by one, so that one row hurts no other."""
    importer = IMPORTERS[context.batch.kind]
    plan = drafting.columns(context.batch.mapping, importers.targets(importer))
    if broken := _undone_by(importer, rows, plan, context):
        # What it says may hold words of the file: the kind of error has to do
        log.error("import %s: a row breaks (%s)", context.batch.uid, broken)
        context.known.clear()
        for row in rows:
            _alone(importer, row, plan, context)


def _alone(importer: Importer, row: Row, plan: list[Column], context: Context) -> None:
    if name := _undone_by(importer, [row], plan, context):
        log.error("import %s: row %s breaks (%s)", context.batch.uid, row.number, name)
        row.state, row.forecast = ImportRow.State.FAILED, ImportRow.State.FAILED
        row.said, row.object_id = [["broken", ""]], None
        if not context.writes:
            row.state = ImportRow.State.WAITING


def _undone_by(importer: Importer, rows: list[Row], plan: list[Column], context: Context) -> str:
    """Do these rows in one transaction; the kind of error that undid them, or nothing.

    What is the database's fault, or a race's, is raised: all of it is tried again.
    """
    try:
        with transaction.atomic():
            batches.work(importer, rows, plan, context)
    except (OperationalError, IntegrityError):
        raise
    except Exception as error:  # noqa: BLE001 whatever a row can do, the others go on
        return type(error).__name__
    return ""


def _import(import_id: int, fence: int, most: int) -> bool:
    with transaction.atomic():
        batch = _held(import_id, fence)
        rows = _rows(batch, most, state=ImportRow.State.WAITING)
        _work(rows, _context(batch, writes=True))
        _save(batch, rows)
        if len(rows) < most:
            _finish(batch)
        batch.save()
        return len(rows) == most


def _take_back(import_id: int, fence: int, most: int) -> bool:
    with transaction.atomic():
        batch = _held(import_id, fence)
        did = (ImportRow.State.CREATED, ImportRow.State.UPDATED)
        rows = _rows(batch, most, last_first=True, state__in=did)
        context = _context(batch, writes=True)
        undoing.undo(IMPORTERS[batch.kind], rows, context)
        _save(batch, rows)
        left = bool(rows) or bool(trashing.undo_sides(context))
        if not left:
            _finish(batch)
        batch.save()
        return left


def _save(batch: Import, rows: list[Row]) -> None:
    bulk.update(
        ImportRow,
        ["state", "said", "object_id"],
        ((row.pk, row.state, Jsonb(row.said), row.object_id) for row in rows),
    )
    batch.done += len(rows)
    batch.counts = {**batch.counts, **_counts(batch)}


def _counts(batch: Import) -> dict[str, int]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM contacts_importrow WHERE workspace_id = %s"
            " AND batch_id = %s GROUP BY state",
            [required(), batch.pk],
        )
        found = dict(cursor.fetchall())
    return {state: found.get(state, 0) for state in ImportRow.State.values}


def _finish(batch: Import) -> None:
    batch.state = FINISHED[State(batch.state)]
    batch.lease_until, batch.finished_at = None, timezone.now()
    batch.save()


@transaction.atomic
def _fail(import_id: int, fence: int) -> None:
    rows = Import.objects.filter(pk=import_id, fence=fence, state__in=BUSY)
    rows.update(
        failed_at=F("state"), state=State.FAILED, lease_until=None, finished_at=timezone.now()
    )


def _context(batch: Import, *, writes: bool) -> Context:
    by, model = batch.by, IMPORTERS[batch.kind].model
    here = directory.colleagues(required())
    members: dict[str, Membership] = {}
    for member in here.order_by("-pk"):
        members[member.name.casefold()] = members[member.email.casefold()] = member
    return Context(
        batch=batch,
        by=by,
        at=timezone.now(),
        facts=queries.facts_of(model),
        members=members,
        labels={label.name.casefold(): label for label in queries.labels_of(batch.kind)},
        visibility=default_visibility(batch.kind, by),
        writes=writes,
    )


def due_imports() -> list[tuple[int, int]]:
    """(workspace id, import id) of what is to be done and nobody does; twenty at most."""
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT workspace_id, id FROM contacts_import WHERE state IN"
            " ('reading', 'checking', 'running', 'undoing')"
            " AND (lease_until IS NULL OR lease_until < now()) ORDER BY id LIMIT 20"
        )
        return [(workspace, pk) for workspace, pk in cursor.fetchall()]


def drop_imports(*, at: datetime, most: int) -> int:
    """Forget an import that ended 90 days ago, its rows first; what it made stays.

    Returns how many rows are gone.
    """
    old = Import.objects.filter(finished_at__lt=at - KEPT).exclude(state__in=BUSY).order_by("pk")
    batch = old.first()
    if batch is None:
        return 0
    for model in (ImportRow, ImportSide, ImportFile):
        ids = list(model.objects.filter(batch=batch).values_list("pk", flat=True)[:most])
        if ids:
            model.objects.filter(pk__in=ids).delete()
            return len(ids)
    batch.delete()
    return 1
