"""Each workspace is tidied a few times a day; that it is due stands in a row like all work."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from crm.contacts import actions as contacts
from crm.deals.actions import following
from crm.fields import actions as records
from crm.fields.actions import comparing
from crm.timeline.actions import files, reminding
from crm.workspaces import actions as directory
from crm.workspaces import tenancy
from inbox.actions import tidying
from sync.actions.lease import LostLease
from sync.models import Upkeep

SECONDS, LEASE = 30.0, 120
BATCH, AT_ONCE = 200, 20
EVERY = timedelta(hours=6)

MISSING = """
INSERT INTO sync_upkeep (workspace_id, due_at, fence)
SELECT w.id, now() + random() * interval '10 minutes', 0 FROM workspaces_workspace w
WHERE NOT EXISTS (SELECT 1 FROM sync_upkeep u WHERE u.workspace_id = w.id)
ON CONFLICT DO NOTHING
"""
CLAIM = """
UPDATE sync_upkeep SET fence = fence + 1, lease_until = now() + make_interval(secs => %(lease)s),
    due_at = now() + make_interval(secs => %(lease)s + 10)
WHERE id IN (SELECT id FROM sync_upkeep WHERE due_at <= now()
             AND (lease_until IS NULL OR lease_until < now())
             ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING workspace_id, fence
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """One workspace to be tidied, held under a fence number."""

    workspace_id: int
    fence: int


def claim() -> list[Turn]:
    """Take the workspaces that are due, at most 20; new ones become due within ten minutes.

    As with mail, the due time moves past the lease, so a task that got lost repairs itself.
    """
    with connections["system"].cursor() as cursor:
        cursor.execute(MISSING)
        cursor.execute(CLAIM, {"lease": LEASE, "most": AT_ONCE})
        return [Turn(workspace, fence) for workspace, fence in cursor.fetchall()]


def tidy(turn: Turn) -> int:
    """Sweep one workspace for up to 30 seconds; returns how many rows are gone.

    Raises LostLease when somebody else has the turn by now. What is left over is swept by
    the next turn, at once.
    """
    deadline = time.monotonic() + SECONDS
    gone, finished = 0, True
    for sweep in (
        tidying.drop_drafts,
        tidying.drop_uploads,
        tidying.drop_sweeps,
        tidying.drop_blobs,
        reminding.drop_removed,
        contacts.drop_imports,
        files.drop_files,
        directory.drop_keys,
        directory.drop_exports,
        directory.drop_sessions,
        records.purge,
        comparing.compare_all,
        following.follow_up,
    ):
        count, ended = _all_of(turn, sweep, deadline)
        gone, finished = gone + count, finished and ended
    _release(turn, finished=finished)
    return gone


def _all_of(turn: Turn, sweep: Callable[..., int], deadline: float) -> tuple[int, bool]:
    """Batch after batch in transactions of their own; whether it came to the end."""
    gone = 0
    while time.monotonic() < deadline:
        try:
            with _holding(turn):
                count = sweep(at=timezone.now(), most=BATCH)
        except IntegrityError:
            return gone, True  # one of these was taken up just now: the next turn looks again
        gone += count
        if count < BATCH:
            return gone, True
    return gone, False


@contextmanager
def _holding(turn: Turn) -> Iterator[None]:
    """One transaction of the holder; raises LostLease and writes nothing for anybody else."""
    with tenancy.open_workspace(turn.workspace_id), transaction.atomic():
        mine = Upkeep.objects.select_for_update(no_key=True).filter(fence=turn.fence)
        if not mine.exists():
            raise LostLease(f"upkeep of workspace {turn.workspace_id}")
        yield


def _release(turn: Turn, *, finished: bool) -> None:
    now = timezone.now()
    later = now + EVERY * random.uniform(0.9, 1.1) if finished else now
    with _holding(turn):
        Upkeep.objects.filter(fence=turn.fence).update(
            due_at=later, lease_until=None, last_ok_at=now
        )
