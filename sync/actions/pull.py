"""One run of the reading lane: what is new first, older mail with what is left of the budget."""

import time
from functools import partial

from inbox.models import Folder
from sync.actions import diary, fetch, folders, identity, outcome, probes, repair, rounds, run
from sync.actions import session as sessions
from sync.actions.lease import Lease, LostLease
from sync.actions.run import Run
from sync.models import Connection, Schedule
from sync.providers import errors


def pull(lease: Lease) -> None:
    """Read a mailbox for up to 30 seconds or 60 MB, and say when it is next due.

    Does nothing for a lease that is lost or a mailbox that is paused or deleted. Errors of
    the mail server are written down with their remedy; the run never waits for one.
    """
    began, current, code = time.monotonic(), None, ""
    try:
        access = sessions.access(lease)
    except Connection.DoesNotExist:
        return
    with sessions.reader(access) as provider:
        try:
            current = run.begin(lease, provider)
            if not current.mailbox.is_live:
                outcome.rest(lease)
                return
            if run.is_deserted(current):
                outcome.wait_for_owner(lease)
                return
            _work(current)
        except LostLease:
            return
        except errors.ProviderError as error:
            code = error.code
            outcome.failed(lease, error)
    diary.note(lease, current, began=began, code=code)


def _work(current: Run) -> None:
    identity.check(current)
    _folders(current)
    finished = rounds.news(current, partial(_fetch, current, news=True))
    _fetch(current)
    probes.check(current)
    repair.proceed(current)
    while current.has_budget:
        if fetch.drain(current):
            continue
        if not rounds.history(current):
            break
    outcome.went_well(current, finished=finished)


def _fetch(current: Run, *, news: bool = False) -> None:
    """Work off what is pending, or of it only what has just arrived."""
    while current.has_budget and fetch.drain(current, news=news):
        pass


def _folders(current: Run) -> None:
    """List the folders every 15 minutes, and before anything else the first time."""
    with current.reading():
        row = Schedule.objects.get(mailbox=current.mailbox, lane=Schedule.Lane.IN)
        known = Folder.objects.filter(mailbox=current.mailbox).exists()
    stale = row.folders_at is None or current.started_at - row.folders_at >= folders.EVERY
    if stale or not known:
        folders.refresh(current)
        with current.writing():
            Schedule.objects.filter(pk=row.pk).update(folders_at=current.started_at)
