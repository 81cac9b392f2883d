"""Which folders a mailbox has: new ones, renamed ones, ones that went away."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from inbox.models import Folder
from sync.actions import clock
from sync.actions.run import Run
from sync.models import Connection, FolderCursor, Schedule
from sync.providers.base import FolderStatus, RemoteFolder, Role

EVERY = timedelta(minutes=15)
FAILURES = 3
PARKED_FOR = timedelta(hours=6)


def refresh(run: Run) -> None:
    """List the folders and bring our rows to what the server shows; network outside."""
    listed = run.provider.folders()
    labels = run.provider.caps.labels
    with run.reading():
        ours = {folder.name: folder for folder in Folder.objects.filter(mailbox=run.mailbox)}
    fresh = [remote for remote in listed if remote.name not in ours]
    lost = [f for f in ours.values() if f.name not in {r.name for r in listed}]
    moved = known_by_id(lost, fresh)
    fresh = [remote for remote in fresh if remote.name not in moved]
    lost = [folder for folder in lost if folder not in moved.values()]
    statuses = _statuses(run, fresh) if fresh and lost else {}
    moved |= renamed(lost, fresh, statuses)
    with run.writing():
        _apply(run, listed, ours, moved, labels=labels)


def _statuses(run: Run, fresh: Sequence[RemoteFolder]) -> dict[str, FolderStatus]:
    names = [remote.name for remote in fresh if remote.selectable]
    return dict(run.provider.poll(dict.fromkeys(names)).status)


def known_by_id(lost: Sequence[Folder], fresh: Sequence[RemoteFolder]) -> dict[str, Folder]:
    """New names of folders that went away, where the server has ids for folders (RFC 8474)."""
    by_id = {folder.remote_id: folder for folder in lost if folder.remote_id}
    return {r.name: by_id[r.remote_id] for r in fresh if r.remote_id and r.remote_id in by_id}


def renamed(
    lost: Sequence[Folder], fresh: Sequence[RemoteFolder], statuses: dict[str, FolderStatus]
) -> dict[str, Folder]:
    """New names of folders that went away: the same numbering and as many messages."""
    found: dict[str, Folder] = {}
    for remote in fresh:
        status = statuses.get(remote.name)
        if status is None or not status.generation:
            continue
        same = [
            folder
            for folder in lost
            if folder.generation == status.generation
            and folder.total == status.messages
            and folder not in found.values()
        ]
        if len(same) == 1:
            found[remote.name] = same[0]
    return found


def _apply(
    run: Run,
    listed: Sequence[RemoteFolder],
    ours: dict[str, Folder],
    moved: dict[str, Folder],
    *,
    labels: bool,
) -> None:
    chosen = Connection.objects.get(mailbox=run.mailbox).folders
    names = {remote.name for remote in listed}
    for remote in listed:
        folder = ours.get(remote.name) or moved.get(remote.name)
        if folder is None:
            folder = Folder(mailbox=run.mailbox, is_synced=is_wanted(remote, chosen, labels=labels))
        _describe(folder, remote)
    for folder in ours.values():
        if folder.name not in names and folder.missing_since is None:
            folder.missing_since = run.started_at
            folder.save(update_fields=["missing_since"])


def _describe(folder: Folder, remote: RemoteFolder) -> None:
    """Write what the server says of a folder, where it says something new."""
    values = {
        "name": remote.name,
        "remote_id": remote.remote_id[:255],
        "display": remote.display,
        "delimiter": remote.delimiter,
        "role": str(remote.role),
        "is_selectable": remote.selectable,
        "missing_since": None,
    }
    if folder.pk and all(getattr(folder, name) == value for name, value in values.items()):
        return
    if folder.pk and (folder.name != remote.name or folder.missing_since is not None):
        # It rested because its old name could not be opened
        folder.parked_until, folder.parked_reason = None, ""
        FolderCursor.objects.filter(folder=folder).update(failures=0)
    for name, value in values.items():
        setattr(folder, name, value)
    folder.save()


def is_wanted(remote: RemoteFolder, chosen: Sequence[str] | None, *, labels: bool) -> bool:
    """Whether a new folder is read: the person's choice, else all but copies and drafts."""
    if chosen is not None:
        return remote.name in chosen
    if remote.role is Role.ALL:
        # Elsewhere it shows every mail a second time; with labels it is where archived mail lives
        return labels
    return remote.role is not Role.DRAFTS


def failed(folder: Folder, code: str, at: datetime) -> bool:
    """Count a failure of one folder; the third parks it for six hours. True when parked.

    After the first all folders are listed again: this one may have another name by now.
    """
    row, _new = FolderCursor.objects.get_or_create(folder=folder, mailbox_id=folder.mailbox_id)
    row.failures += 1
    row.save(update_fields=["failures"])
    if row.failures == 1:
        reading = Schedule.objects.filter(mailbox=folder.mailbox_id, lane=Schedule.Lane.IN)
        reading.update(folders_at=None)
    if row.failures < FAILURES:
        return False
    park(folder, code, at + PARKED_FOR)
    row.failures = 0
    row.save(update_fields=["failures"])
    return True


def park(folder: Folder, code: str, until: datetime) -> None:
    """Leave a folder alone for a while and keep everything of it."""
    folder.parked_until, folder.parked_reason = until, code
    folder.save(update_fields=["parked_until", "parked_reason"])


def unpark(folder: Folder) -> None:
    """A folder answers again."""
    if folder.parked_until is not None and folder.parked_until <= clock.now():
        folder.parked_until, folder.parked_reason = None, ""
        folder.save(update_fields=["parked_until", "parked_reason"])
