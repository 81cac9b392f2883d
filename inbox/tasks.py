"""What takes longer than somebody waits for, and what is due at a time.

Nothing is lost where a worker is away: earlier threads that are not linked are offered on the
page of the record, and what is due stands in rows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from crm.fields.models import kinds
from crm.workspaces import directory, doorbell
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import open_workspace, required
from inbox.actions import blocking, sweeping, waking
from inbox.actions import earlier as actions
from inbox.models import Block, Sweep, Thread
from inbox.queries import earlier as queries
from inbox.queries import lists

QUEUE, MAINTENANCE = "default", "mail.maint"
# So many threads are linked while somebody waits
AT_ONCE = 500


@doorbell.task("inbox.attach")
def attach(*, workspace_id: int, kind: str, pk: int, by: int | None, at: str) -> None:
    """Link the earlier threads of a record, by whoever asked for it; twice is as good as once."""
    with open_workspace(workspace_id), transaction.atomic():
        record = kinds()[kind].objects.filter(pk=pk, trashed_at=None).first()
        member = directory.standing(by) if by is not None else None
        when = datetime.fromisoformat(at)
        if record is not None and by is None:
            actions.link_earlier(record=record, found=queries.earlier(record), at=when)
        elif record is not None and member is not None:
            found = queries.earlier(record, member=member)
            actions.attach_earlier(record=record, found=found, by=member, at=when)


def link_earlier(*, record: Any, at: datetime) -> None:
    """Link what the addresses of a person or an organization took part in, many in a worker."""
    found = queries.earlier(record)
    if len(found) > AT_ONCE:
        _leave(record, None, at)
    else:
        actions.link_earlier(record=record, found=found, at=at)


def attach_earlier(*, record: Any, by: Membership, at: datetime) -> int | None:
    """Attach what was offered; returns how many threads, or None where a worker does it."""
    found = queries.earlier(record, member=by)
    if len(found) > AT_ONCE:
        _leave(record, by.pk, at)
        return None
    actions.attach_earlier(record=record, found=found, by=by, at=at)
    return len(found)


def _leave(record: Any, by: int | None, at: datetime) -> None:
    """Leave it to a worker once the transaction is over; where the broker is away, do it then."""
    here, kind, pk = required(), record.kind(), record.pk

    def ring() -> None:
        asked: dict[str, Any] = {"kind": kind, "pk": pk, "by": by, "at": at.isoformat()}
        if not doorbell.try_ring(attach, QUEUE, workspace_id=here, **asked):
            attach(workspace_id=here, **asked)

    transaction.on_commit(ring)


@doorbell.task("inbox.wake")
def wake(*, workspace_id: int, **_: object) -> None:
    """Bring back the conversations of one workspace whose time has come."""
    waking.wake(workspace_id=workspace_id, at=timezone.now())


@doorbell.task("inbox.sweep", **doorbell.UNLIMITED)
def sweep(*, workspace_id: int, sweep_id: int) -> None:
    """Go on with one thing that is done to many conversations, and stand in line for the rest."""
    if not sweeping.work(workspace_id=workspace_id, sweep_id=sweep_id):
        doorbell.try_ring(sweep, QUEUE, workspace_id=workspace_id, sweep_id=sweep_id)


def sweep_after(row: Sweep) -> None:
    """Ring for it once it is committed; where the broker is away the scheduler does so later."""
    here, pk = row.workspace_id, row.pk
    transaction.on_commit(
        lambda: doorbell.try_ring(sweep, QUEUE, workspace_id=here, sweep_id=pk) and None
    )


def begin(
    *,
    verb: str,
    said: Mapping[str, Any],
    meant: lists.Filter | Sequence[Thread],
    by: Membership,
    at: datetime,
) -> Sweep:
    """As `sweeping.begin`, and a worker is rung for where there are many."""
    made = sweeping.begin(verb=verb, said=said, meant=meant, by=by, at=at)
    if made.finished_at is None:
        sweep_after(made)
    return made


def take_back(row: Sweep, *, at: datetime) -> bool:
    """As `sweeping.take_back`, and a worker is rung for where there are many."""
    is_taken = sweeping.take_back(sweep=row, at=at)
    if is_taken and row.finished_at is None:
        sweep_after(row)
    return is_taken


def ring_all() -> None:
    """Ring for every workspace in which something is due; raises one of doorbell.AWAY."""
    for here, pk in sweeping.due():
        doorbell.ring(sweep, QUEUE, workspace_id=here, sweep_id=pk)
    for here, pk in blocking.due():
        doorbell.ring(go_on_blocking, QUEUE, workspace_id=here, pk=pk)
    for workspace_id in waking.due(at=timezone.now()):
        doorbell.ring(wake, MAINTENANCE, workspace_id=workspace_id)


@doorbell.task("inbox.block")
def go_on_blocking(*, workspace_id: int, pk: int, **_: object) -> None:
    """Hide what a block keeps out, or show it again where it ended, batch by batch to the end."""
    with open_workspace(workspace_id):
        while blocking.settle(pk=pk, at=timezone.now()):
            pass


def settle_block(row: Block, *, at: datetime) -> bool:
    """Do the first batch at once; False where a worker does the rest."""
    if blocking.settle(pk=row.pk, at=at) < blocking.AT_ONCE:
        blocking.settle(pk=row.pk, at=at)
        return True
    here = required()

    def ring() -> None:
        asked: dict[str, Any] = {"workspace_id": here, "pk": row.pk}
        if not doorbell.try_ring(go_on_blocking, QUEUE, **asked):
            go_on_blocking(**asked)

    transaction.on_commit(ring)
    return False
