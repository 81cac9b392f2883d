"""What was done here is told to the server, where the mailbox's switches say so."""

from datetime import timedelta

from inbox.models import Folder, LedgerEntry, PendingChange
from sync.actions import clock, outcome, waking
from sync.actions.run import Run
from sync.models import Schedule
from sync.providers import errors
from sync.providers.base import ActionResult, Op, RemoteAction, RemoteRef

ATTEMPTS = 10
# How long a message that is not where it was may take to turn up in another folder
ELSEWHERE = timedelta(minutes=1)
SEEN = frozenset({"\\Seen"})
TARGETS = {
    PendingChange.Op.ARCHIVE: (Folder.Role.ARCHIVE, Folder.Role.ALL),
    PendingChange.Op.TRASH: (Folder.Role.TRASH,),
    PendingChange.Op.RESTORE: (Folder.Role.INBOX,),
}


def tell(run: Run) -> None:
    """Apply what is due, in order for each message; one that fails holds up only its message."""
    with run.reading():
        waiting = list(
            PendingChange.objects.filter(
                mailbox=run.mailbox, done_at=None, failed_at=None
            ).order_by("created_at", "pk")[:500]
        )
    begun: set[int] = set()
    now = clock.now()
    for change in waiting:
        first = change.message_id not in begun
        begun.add(change.message_id)
        if not first or change.not_before > now:
            continue
        if not run.has_time:
            return
        _attempt(run, change)
        run.changed = True


def _attempt(run: Run, change: PendingChange) -> None:
    with run.reading():
        entries = list(
            LedgerEntry.objects.filter(message=change.message_id, missing_since=None)
            .select_related("folder")
            .order_by("pk")
        )
        target = _target(run, change)
    try:
        actions = _actions(change, entries, target)
        results = [run.provider.apply(action) for action in actions]
    except errors.ProviderError as error:
        _count(run, change, error)
        if isinstance(error, errors.Transient | errors.RateLimited | errors.AuthRevoked):
            raise
        return
    with run.writing():
        for result in results:
            _follow(run, entries, result)
        met = any(result.done for result in results) or (entries and not actions)
        if met or change.attempts:
            PendingChange.objects.filter(pk=change.pk).update(done_at=clock.now())
        else:
            _wait_for_reading(run, change)


def _wait_for_reading(run: Run, change: PendingChange) -> None:
    """It is not where it was: once more after the next reading, which may find it elsewhere.

    In a folder that is new perhaps, so the folders are listed too.
    """
    now = clock.now()
    reading = Schedule.objects.filter(mailbox=run.mailbox, lane=Schedule.Lane.IN)
    reading.update(folders_at=None)
    PendingChange.objects.filter(pk=change.pk).update(attempts=1, not_before=now + ELSEWHERE)
    waking.make_due(mailbox=run.mailbox, at=now)


def _target(run: Run, change: PendingChange) -> str:
    """The folder a move goes to; empty where the mailbox has none."""
    for role in TARGETS.get(PendingChange.Op(change.op), ()):
        folder = Folder.objects.filter(
            mailbox=run.mailbox, role=role, is_selectable=True, missing_since=None
        ).first()
        if folder is not None:
            return str(folder.name)
    return ""


def _actions(change: PendingChange, entries: list[LedgerEntry], target: str) -> list[RemoteAction]:
    """One action for each location; flags as deltas, moves only where it is not there already."""
    op = PendingChange.Op(change.op)
    refs = [RemoteRef(e.folder.name, e.generation, e.number) for e in entries]
    if op is PendingChange.Op.READ:
        return [RemoteAction(Op.FLAGS, (ref,), add=SEEN) for ref in refs]
    if op is PendingChange.Op.UNREAD:
        return [RemoteAction(Op.FLAGS, (ref,), remove=SEEN) for ref in refs]
    if not target:
        raise errors.RemoteGone()
    if any(ref.folder == target for ref in refs) and op is PendingChange.Op.RESTORE:
        return []
    return [RemoteAction(Op.MOVE, (ref,), to=target) for ref in refs if ref.folder != target]


def _follow(run: Run, entries: list[LedgerEntry], result: ActionResult) -> None:
    """Moved messages are where we put them: no need to fetch them there again."""
    by_ref = {RemoteRef(e.folder.name, e.generation, e.number): e for e in entries}
    for old, new in result.moved.items():
        folder = Folder.objects.filter(mailbox=run.mailbox, name=new.folder).first()
        entry = by_ref.get(old)
        if folder is None or entry is None:
            continue
        taken = LedgerEntry.objects.filter(
            folder=folder, generation=new.generation, number=new.number
        )
        if not taken.exists():
            LedgerEntry.objects.filter(pk=entry.pk).update(
                folder=folder, generation=new.generation, number=new.number
            )


def _count(run: Run, change: PendingChange, error: errors.ProviderError) -> None:
    """Try again later; the tenth time, or where it can never work, it has failed, visibly."""
    now = clock.now()
    passing = isinstance(error, errors.Transient | errors.RateLimited | errors.CursorExpired)
    change.attempts += 1
    change.error_code = error.code
    change.not_before = now + min(outcome.backoff(error, change.attempts), timedelta(hours=1))
    if change.attempts >= ATTEMPTS or not passing:
        change.failed_at = now
    with run.writing():
        change.save(update_fields=["attempts", "error_code", "not_before", "failed_at"])
