"""What changed in the folders, and the older mail that was there before us."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import QuerySet

from inbox.models import Folder, LedgerEntry
from sync.actions import absorb, folders, snapshot
from sync.actions.run import Run
from sync.models import FolderCursor
from sync.providers import errors
from sync.providers.base import ChangePage, FolderStatus, Poll

# A renumbering as often as this in a day is a fault of the server, not an event
RENUMBERINGS = 5
# Servers without CONDSTORE are asked for flags this often, except those of the inbox
FLAGS_EVERY = timedelta(minutes=5)
# How often what we know of a folder is held against the server's own count
COUNT_EVERY = timedelta(hours=24)
# With this much listed and not fetched, listing more would only make the list longer
ENOUGH_PENDING = 2_000


def news(run: Run, arrived: Callable[[], None]) -> bool:
    """One round of changes in every folder that moved; True when all rounds are finished.

    `arrived` is called after each folder that had something, so that new mail in the inbox
    does not wait for the other folders.
    """
    with run.reading():
        usable = run.folders()
        cursors = {row.folder_id: row for row in FolderCursor.objects.filter(mailbox=run.mailbox)}
    if not usable:
        return True
    poll = run.provider.poll({f.name: _cursor(cursors.get(f.pk)) for f in usable})
    finished = True
    for folder in usable:
        row = cursors.get(folder.pk)
        if folder.name in poll.missing:
            _failed(run, folder, errors.RemoteGone(scope=folder.name))
            continue
        if row is not None and not is_unfinished(row):
            if folder.name not in poll.moved or _is_quiet(run, folder, row, poll):
                if _adds_up(run, folder, row, poll.status[folder.name]):
                    continue
        if not run.has_time:
            return False
        finished = _guarded(run, folder, row) and finished
        arrived()
    return finished


def _is_quiet(run: Run, folder: Folder, row: FolderCursor, poll: Poll) -> bool:
    """Whether a folder of a server that tells no changes of flags may wait for its next look."""
    status, cursor = poll.status[folder.name], row.cursor or {}
    if status.modseq or not status.next or folder.role == Folder.Role.INBOX:
        return False
    same = all(
        cursor.get(key) == value
        for key, value in (
            ("generation", status.generation),
            ("next", status.next),
            ("messages", status.messages),
        )
    )
    looked = row.checked_at is not None and run.started_at - row.checked_at < FLAGS_EVERY
    return same and looked


def _adds_up(run: Run, folder: Folder, row: FolderCursor, status: FolderStatus) -> bool:
    """Once a day: whether a folder that did not move holds as many messages as we know of.

    Where it does not, something was never told to us, and the folder is listed as a whole.
    """
    known_since = row.counted_at or row.history_done_at
    if known_since is None or run.started_at - known_since < COUNT_EVERY:
        return True
    with run.writing():
        present = LedgerEntry.objects.filter(
            folder=folder, generation=status.generation, missing_since=None
        ).count()
        row.counted_at = run.started_at
        if present != status.messages:
            row.page, row.snapshot_page = None, None
            row.snapshot_started_at = run.started_at
        row.save()
    return bool(present == status.messages)


def is_unfinished(row: FolderCursor) -> bool:
    """Whether a round or a full listing was begun and is to be gone on with."""
    return bool(row.page or row.snapshot_started_at)


def _cursor(row: FolderCursor | None) -> dict[str, int | float | str | bool | None] | None:
    return row.cursor if row else None


def _guarded(run: Run, folder: Folder, row: FolderCursor | None) -> bool:
    """One folder's round; what is wrong with one folder stays with it."""
    try:
        if row is not None and row.snapshot_started_at is not None:
            return snapshot.resume(run, folder, row)
        return _round(run, folder, row)
    except errors.CursorExpired:
        if not _renumbered(run, folder):
            return True
        with run.reading():
            row = FolderCursor.objects.get(folder=folder)
        return snapshot.resume(run, folder, row)
    except (errors.RemoteGone, errors.InsufficientPermissions, errors.Permanent) as error:
        if error.scope != folder.name:
            raise
        _failed(run, folder, error)
        return True


def _round(run: Run, folder: Folder, row: FolderCursor | None) -> bool:
    """Page after page until the round ends or the time is up; each page is one transaction."""
    cursor, page = (row.cursor, row.page) if row else (None, None)
    while True:
        found = run.provider.changes(folder.name, cursor, page, run.budget())
        with run.writing():
            run.changed |= absorb.absorb(
                mailbox=run.mailbox, folder=folder, page=found, at=run.started_at
            )
            _advance(run, folder, found, first=cursor is None)
        page = found.next_page
        if page is None:
            return True
        if not run.has_time:
            return False


def _advance(run: Run, folder: Folder, found: ChangePage, *, first: bool) -> None:
    """Move the cursor over what was just written, in the same transaction."""
    row, _new = FolderCursor.objects.get_or_create(folder=folder, mailbox=run.mailbox)
    row.page = found.next_page
    if found.next_cursor is not None:
        row.cursor, row.last_ok_at = found.next_cursor, run.started_at
        if first and found.complete:
            row.history_done_at = run.started_at
    row.failures, row.checked_at = 0, run.started_at
    row.save()
    folders.unpark(folder)
    if found.status is not None:
        count(folder, found.status)


def count(folder: Folder, status: FolderStatus) -> None:
    """Remember the folder's numbering and how much the server says is in it."""
    if (folder.generation, folder.total) != (status.generation, status.messages):
        folder.generation, folder.total = status.generation, status.messages
        folder.save(update_fields=["generation", "total"])


def _failed(run: Run, folder: Folder, error: errors.ProviderError) -> None:
    with run.writing():
        run.changed |= folders.failed(folder, error.code, run.started_at)


def _renumbered(run: Run, folder: Folder) -> bool:
    """Begin a full listing under the new numbers; the fifth time in a day the folder rests."""
    with run.writing():
        row, _new = FolderCursor.objects.get_or_create(folder=folder, mailbox=run.mailbox)
        today = run.started_at.date()
        row.renumbered = row.renumbered + 1 if row.renumbered_on == today else 1
        row.renumbered_on = today
        run.changed = True
        if row.renumbered >= RENUMBERINGS:
            folders.park(folder, "cursor.expired", run.started_at + timedelta(days=1))
            row.save()
            return False
        row.page = row.snapshot_page = row.snapshot_generation = None
        row.snapshot_started_at = run.started_at
        row.save()
        return True


def history(run: Run) -> bool:
    """List a window of older mail in each folder that has any; False when that brought nothing.

    Stops while enough is listed and not fetched: the newest mail of all folders comes first.
    """
    with run.reading():
        usable = {folder.pk: folder for folder in run.folders()}
        rows = list(unlisted(run).filter(folder__in=usable, cursor__isnull=False))
        pending = LedgerEntry.objects.filter(
            mailbox=run.mailbox, decision=LedgerEntry.Decision.PENDING
        )[:ENOUGH_PENDING].count()
    order = list(usable)
    moved = False
    for row in sorted(rows, key=lambda row: order.index(row.folder_id)):
        if pending >= ENOUGH_PENDING or not run.has_time:
            break
        found = _window(run, usable[row.folder_id], row)
        moved, pending = moved or found is not None, pending + (found or 0)
    return moved


def unlisted(run: Run) -> QuerySet[FolderCursor]:
    """Folders whose older mail is not listed to its end; a transaction is open."""
    found: QuerySet[FolderCursor] = FolderCursor.objects.filter(
        mailbox=run.mailbox,
        history_done_at=None,
        snapshot_started_at=None,
        page__isnull=True,
        folder__is_synced=True,
        folder__missing_since=None,
    )
    return found


def _window(run: Run, folder: Folder, row: FolderCursor) -> int | None:
    """One window of one folder; how many messages it listed, None if it could not."""
    try:
        found = run.provider.history(folder.name, row.cursor or {}, run.budget())
    except errors.CursorExpired:
        return None  # the next round of changes finds the same and lists the folder anew
    except (errors.RemoteGone, errors.InsufficientPermissions) as error:
        _failed(run, folder, error)
        return None
    with run.writing():
        absorb.absorb(mailbox=run.mailbox, folder=folder, page=found, at=run.started_at)
        row.cursor = found.next_cursor
        if found.complete:
            row.history_done_at = run.started_at
        row.save(update_fields=["cursor", "history_done_at"])
    run.changed = True
    return len(found.upserts)
