"""The work of the mail lanes; what is due and how far it got stands in PostgreSQL.

Running one of these twice, late or never is harmless: a second run finds the fence
raised, a late one too, and a lost one becomes due again when its lease is over.
"""

import logging
from collections.abc import Callable

import structlog
from celery import shared_task
from django.db import InterfaceError, OperationalError

from sync.actions import pull as pulling
from sync.actions import push as pushing
from sync.actions import upkeep
from sync.actions.lease import Lease, LostLease

log = logging.getLogger(__name__)


@shared_task(name="sync.pull")  # type: ignore[untyped-decorator]
def pull(*, workspace_id: int, mailbox_id: int, fence: int) -> None:
    """Read one mailbox."""
    _run(pulling.pull, Lease(workspace_id, mailbox_id, "in", fence))


@shared_task(name="sync.push")  # type: ignore[untyped-decorator]
def push(*, workspace_id: int, mailbox_id: int, fence: int) -> None:
    """Send what waits in one mailbox's outbox and tell the server what was done here."""
    _run(pushing.push, Lease(workspace_id, mailbox_id, "out", fence))


@shared_task(name="sync.tidy")  # type: ignore[untyped-decorator]
def tidy(*, workspace_id: int, fence: int) -> None:
    """Take away what nobody can want any more in one workspace."""
    try:
        upkeep.tidy(upkeep.Turn(workspace_id, fence))
    except LostLease:
        log.info("workspace %s: its upkeep went to somebody else", workspace_id)
    except (InterfaceError, OperationalError) as error:
        log.warning("upkeep of workspace %s: %s", workspace_id, error)


def _run(work: Callable[[Lease], None], lease: Lease) -> None:
    """A lost lease is somebody else's work; a lost database comes back with the next claim."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(
        workspace=lease.workspace_id, mailbox=lease.mailbox_id, lane=lease.lane
    )
    try:
        work(lease)
    except LostLease:
        log.info("the lane went to somebody else")
    except (InterfaceError, OperationalError) as error:
        log.warning("the database went away: %s", error)
