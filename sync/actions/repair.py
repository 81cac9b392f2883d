"""A mailbox is compared with its server, folder by folder, and mended if that was asked for.

The reading lane carries a comparison on from run to run, a page of a folder in each
transaction. Mending is what any run does with what it sees, only for all of a folder: what is
missing comes in, flags are followed, and what is not listed waits out its grace. Nothing is
ever deleted here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from crm.timeline import actions as timeline
from crm.workspaces.models import Membership
from inbox.models import Folder, LedgerEntry, Mailbox
from sync.actions import absorb, folders, ledger, waking
from sync.actions.run import Run
from sync.models import ORDER, FolderCursor, Repair
from sync.providers import errors
from sync.providers.base import ChangePage, Span
from sync.queries.decisions import FINAL

Decision = LedgerEntry.Decision
State = Repair.State
# Read anew at a time, of each folder; a second comparison finds the rest
MOST_ANEW = 1000
# What is counted for each folder
COUNTS = ("listed", "missing", "flags", "back", "gone", "unread")


class AlreadyAsked(Exception):
    """The mailbox is being compared just now."""


class Stopped(Exception):
    """Somebody stopped it meanwhile."""


@transaction.atomic
def ask(*, by: Membership, mailbox: Mailbox, kind: str, at: datetime) -> Repair:
    """Have the next run compare, or compare and mend; raises AlreadyAsked while one goes on."""
    try:
        with transaction.atomic():
            row: Repair = Repair.objects.create(mailbox=mailbox, kind=kind, by=by, asked_at=at)
    except IntegrityError as error:
        raise AlreadyAsked from error
    waking.make_due(mailbox=mailbox, at=at)
    return row


@transaction.atomic
def stop(*, mailbox: Mailbox, at: datetime) -> None:
    """Give a comparison up; what it mended so far stays mended."""
    Repair.objects.filter(mailbox=mailbox, state__in=Repair.OPEN).update(
        state=State.STOPPED, ended_at=at
    )


def is_open(run: Run) -> bool:
    """Whether there is something left to compare; a transaction is open."""
    return Repair.objects.filter(mailbox=run.mailbox, state__in=Repair.OPEN).exists()


def proceed(run: Run) -> None:
    """Go on with the mailbox's comparison as long as the run has time."""
    with run.reading():
        row = Repair.objects.filter(mailbox=run.mailbox, state__in=Repair.OPEN).first()
    if row is None:
        return
    try:
        if row.started_at is None:
            _begin(run, row)
        for folder, cursor in _left(run, row):
            _folder(run, row, folder, cursor)
            if not run.has_time:
                return
        _finish(run, row)
    except Stopped:
        return


def _begin(run: Run, row: Repair) -> None:
    folders.refresh(run)
    row.state, row.started_at = State.RUNNING, run.started_at
    with run.writing():
        _keep(row)


def _left(run: Run, row: Repair) -> Iterator[tuple[Folder, FolderCursor | None]]:
    """The folders that have not been compared yet, in the order of their use."""
    with run.reading():
        found = list(Folder.objects.filter(mailbox=run.mailbox, is_selectable=True))
        cursors = {c.folder_id: c for c in FolderCursor.objects.filter(mailbox=run.mailbox)}
    found.sort(key=lambda folder: (ORDER.index(Folder.Role(folder.role)), folder.name))
    for folder in found:
        known = row.findings.get(str(folder.uid))
        if known is None or row.folder_id == folder.pk:
            yield folder, cursors.get(folder.pk)


def _folder(run: Run, row: Repair, folder: Folder, cursor: FolderCursor | None) -> None:
    """Compare one folder page by page; what can't be compared is said and left alone."""
    note = _hindrance(folder, cursor)
    if note or cursor is None:
        _note(run, row, folder, note)
        return
    if row.folder_id != folder.pk:
        row.folder, row.page = folder, None
    try:
        while row.folder_id == folder.pk and run.has_time:
            _page(run, row, folder, cursor)
    except errors.CursorExpired:
        _note(run, row, folder, "renumbered")
    except (errors.RemoteGone, errors.InsufficientPermissions, errors.Permanent) as error:
        if error.scope != folder.name:
            raise
        _note(run, row, folder, "unreachable")


def _hindrance(folder: Folder, cursor: FolderCursor | None) -> str:
    """Why a folder is not compared; empty where it is."""
    if not folder.is_synced:
        return "off"
    if folder.missing_since is not None:
        return "missing"
    if cursor is None or cursor.cursor is None:
        return "waiting"
    return "renumbered" if cursor.snapshot_started_at is not None else ""


def _page(run: Run, row: Repair, folder: Folder, cursor: FolderCursor) -> None:
    """One page of a folder, counted and mended in one transaction."""
    bounds = _bounds(cursor)
    found = run.provider.snapshot(folder.name, row.page, run.budget())
    if found.generation != bounds.generation:
        raise errors.CursorExpired(scope=folder.name)
    page = bounds.cut(found)
    with run.writing():
        counts = _compared(folder, page)
        if row.kind == Repair.Kind.MEND:
            run.changed |= absorb.absorb(
                mailbox=run.mailbox, folder=folder, page=page, at=run.started_at
            )
        if found.complete:
            counts["unread"] = _unread(row, folder, run.started_at)
        _add(row, folder, counts)
        row.page = found.next_page
        row.folder = None if found.complete else folder
        _keep(row)
    run.tell()


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers of a folder that the ledger must know: not what is still to be listed."""

    generation: int
    low: int
    next: int

    def cut(self, page: ChangePage) -> ChangePage:
        upserts = tuple(s for s in page.upserts if self.low <= s.ref.number < self.next)
        spans = (Span(max(s.first, self.low), min(s.last, self.next - 1)) for s in page.gone)
        return replace(page, upserts=upserts, gone=tuple(s for s in spans if s.first <= s.last))


def _bounds(cursor: FolderCursor) -> Bounds:
    """Newer mail comes with the next round, older mail with the rest of the import."""
    known = cursor.cursor or {}
    low = 1 if cursor.history_done_at is not None else int(known.get("low") or 1)
    return Bounds(int(known.get("generation") or 0), low, int(known.get("next") or 1))


def _compared(folder: Folder, page: ChangePage) -> dict[str, int]:
    """How far the ledger is from one page of the server's listing; a transaction is open."""
    states = {state.ref.number: absorb.plain(state.flags) for state in page.upserts}
    rows = LedgerEntry.objects.filter(
        folder=folder, generation=page.generation, number__among=states
    ).values_list("number", "flags", "missing_since")
    known = {number: (sorted(flags), since) for number, flags, since in rows}
    return {
        "listed": len(states),
        "missing": len(states) - len(known),
        "flags": sum(flags != states[number] for number, (flags, _since) in known.items()),
        "back": sum(since is not None for _flags, since in known.values()),
        "gone": len(absorb.absent(folder, page)) if page.gone else 0,
    }


def _unread(row: Repair, folder: Folder, at: datetime) -> int:
    """Messages of which nothing can be read here; mending reads them once more."""
    found = unread(folder)
    if row.kind != Repair.Kind.MEND:
        return found.count()
    entries = list(found[:MOST_ANEW])
    ledger.read_anew(entries=entries, at=at)
    return len(entries)


def unread(folder: Folder) -> QuerySet[LedgerEntry]:
    """What lies in a folder and was not read, or has lost its text; a transaction is open."""
    stored = Q(decision__in=[Decision.IMPORTED, Decision.DUPLICATE])
    failed = Q(decision=Decision.FAILED) & ~Q(reason__in=FINAL)
    bare = stored & Q(message__deleted_at=None, message__bodies=None)
    rows: QuerySet[LedgerEntry] = LedgerEntry.objects.filter(folder=folder, missing_since=None)
    return rows.filter(failed | bare).order_by("-number")


def _add(row: Repair, folder: Folder, counts: dict[str, int]) -> None:
    told = row.findings.setdefault(str(folder.uid), dict.fromkeys(COUNTS, 0))
    for name, count in counts.items():
        told[name] = told.get(name, 0) + count


def _note(run: Run, row: Repair, folder: Folder, note: str) -> None:
    """Say why a folder was not compared, or not to its end."""
    told = row.findings.setdefault(str(folder.uid), dict.fromkeys(COUNTS, 0))
    told["note"] = note
    row.folder = row.page = None
    with run.writing():
        _keep(row)


def _finish(run: Run, row: Repair) -> None:
    row.state, row.ended_at, row.folder, row.page = State.DONE, run.started_at, None, None
    verb = "mailbox.mended" if row.kind == Repair.Kind.MEND else "mailbox.compared"
    with run.writing():
        _keep(row)
        count = differences(row)
        timeline.record(
            verb, by=row.by, about=[run.mailbox], at=run.started_at, data={"count": count}
        )
    run.changed = True


def differences(row: Repair) -> int:
    """How many differences a comparison found, over all folders."""
    counted = COUNTS[1:]
    return sum(told.get(name, 0) for told in row.findings.values() for name in counted)


def _keep(row: Repair) -> None:
    """Write how far it got; raises Stopped where somebody stopped it."""
    changed = Repair.objects.filter(pk=row.pk, state__in=Repair.OPEN).update(
        state=row.state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        folder=row.folder,
        page=row.page,
        findings=row.findings,
    )
    if not changed:
        raise Stopped
