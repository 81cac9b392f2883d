"""The work of the mail lanes; what is due and how far it got stands in PostgreSQL.

Running one of these twice, late or never is harmless: the fence a task brings can be used
once, a late one finds it raised, and a lost one becomes due again when its lease is over.
"""

import logging
from collections.abc import Callable

import structlog
from celery.signals import worker_shutting_down
from django.db import InterfaceError, OperationalError
from psycopg.errors import DiskFull

from crm.workspaces import doorbell
from sync.actions import lease as leases
from sync.actions import outcome, upkeep
from sync.actions import pull as pulling
from sync.actions import push as pushing
from sync.actions import run as runs
from sync.actions.lease import Lease, LostLease
from sync.providers import errors

log = logging.getLogger(__name__)


def stop(**_: object) -> None:
    """Come to an end soon: each run gives its lane back, due at once, for another worker."""
    runs.stopping.set()


worker_shutting_down.connect(stop)


@doorbell.task("sync.pull")
def pull(*, workspace_id: int, mailbox_id: int, fence: int) -> None:
    """Read one mailbox."""
    _run(pulling.pull, Lease(workspace_id, mailbox_id, "in", fence))


@doorbell.task("sync.push")
def push(*, workspace_id: int, mailbox_id: int, fence: int) -> None:
    """Send what waits in one mailbox's outbox and tell the server what was done here."""
    _run(pushing.push, Lease(workspace_id, mailbox_id, "out", fence))


@doorbell.task("sync.tidy")
def tidy(*, workspace_id: int, fence: int) -> None:
    """Take away what nobody can want any more in one workspace."""
    try:
        upkeep.tidy(upkeep.Turn(workspace_id, fence))
    except LostLease:
        log.info("workspace %s: its upkeep went to somebody else", workspace_id)
    except (InterfaceError, OperationalError) as error:
        log.warning("upkeep of workspace %s: %s", workspace_id, error)


def _run(work: Callable[[Lease], None], ticket: Lease) -> None:
    """A lost lease is somebody else's work; a lost database comes back with the next claim."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(
        workspace=ticket.workspace_id, mailbox=ticket.mailbox_id, lane=ticket.lane
    )
    held = None
    try:
        held = leases.enter(ticket)
        work(held)
    except LostLease:
        log.info("the lane went to somebody else")
    except (InterfaceError, OperationalError) as error:
        log.warning("the database went away: %s", error)
        if held is not None and isinstance(error.__cause__, DiskFull):
            _say_full(held)


def _say_full(held: Lease) -> None:
    """Pause the lane and say why, if there is room for as much as that."""
    try:
        outcome.failed(held, errors.Transient("storage.full", after=60.0))
    except (InterfaceError, OperationalError) as error:
        log.warning("not even the reason could be written: %s", error)
