"""Whoever holds a lane of a mailbox, and the transactions only he can make.

Each claim raises the lane's fence. Every write transaction begins by locking the row
with its own fence in hand; a worker that was overtaken finds no row and changes nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, transaction

from crm.workspaces import tenancy
from sync.actions import clock
from sync.models import Schedule

SECONDS = 120

# Told of every point where a crash could hurt; the crash test puts its own here
watch: Callable[[str], None] = lambda point: None  # noqa: E731


class LostLease(Exception):
    """Somebody else holds the lane by now: leave everything as it is."""


@dataclass(frozen=True, slots=True)
class Lease:
    """One lane of one mailbox, held under a fence number."""

    workspace_id: int
    mailbox_id: int
    lane: str
    fence: int


@contextmanager
def reading(lease: Lease) -> Iterator[None]:
    """One transaction that only looks."""
    with tenancy.open_workspace(lease.workspace_id), transaction.atomic():
        yield


@contextmanager
def writing(lease: Lease) -> Iterator[None]:
    """One transaction of the holder; raises LostLease and writes nothing for anybody else.

    The lease is renewed when half of it is used up. Threads of the holder may write at the
    same time; whoever takes the lane over waits for all of them.
    """
    with tenancy.open_workspace(lease.workspace_id):
        with transaction.atomic():
            _hold(lease)
            yield
            watch("before commit")
        watch("after commit")


def _hold(lease: Lease) -> None:
    """Renew first and lock then: two threads that both hold the lock could not renew."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            f"SELECT lease_until < clock_timestamp() + {HALF} FROM sync_schedule {HELD}",
            [SECONDS // 2, *_key(lease)],
        )
        row = cursor.fetchone()
        if row is not None and row[0]:
            cursor.execute(
                "UPDATE sync_schedule SET lease_until = clock_timestamp()"
                f" + make_interval(secs => %s) {HELD}"
                f" AND lease_until < clock_timestamp() + {HALF}",
                [SECONDS, *_key(lease), SECONDS // 2],
            )
        cursor.execute(f"SELECT FROM sync_schedule {HELD} FOR SHARE", _key(lease))
        if cursor.fetchone() is None:
            raise LostLease(f"{lease.lane} lane of mailbox {lease.mailbox_id}")


HALF = "make_interval(secs => %s)"
HELD = "WHERE workspace_id = %s AND mailbox_id = %s AND lane = %s AND fence = %s"


def _key(lease: Lease) -> list[Any]:
    return [lease.workspace_id, lease.mailbox_id, lease.lane, lease.fence]


def take(*, workspace_id: int, mailbox_id: int, lane: str) -> Lease:
    """Take a lane whoever holds it, as a person at a prompt or a test does."""
    with (
        tenancy.open_workspace(workspace_id),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE sync_schedule SET fence = fence + 1, lease_until = clock_timestamp()"
            " + make_interval(secs => %s) WHERE workspace_id = %s AND mailbox_id = %s"
            " AND lane = %s RETURNING fence, clock_timestamp()",
            [SECONDS, workspace_id, mailbox_id, lane],
        )
        row = cursor.fetchone()
    if row is None:
        raise Schedule.DoesNotExist(f"mailbox {mailbox_id} has no {lane} lane")
    clock.told(row[1])
    return Lease(workspace_id, mailbox_id, lane, row[0])


def enter(ticket: Lease) -> Lease:
    """Begin the work of a claim: its fence is used up and a new one is the lease.

    Raises LostLease for a ticket that was used before or overtaken: queues deliver twice,
    and two workers with one number could not tell each other apart.
    """
    with (
        tenancy.open_workspace(ticket.workspace_id),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE sync_schedule SET fence = fence + 1, lease_until = clock_timestamp()"
            f" + make_interval(secs => %s) {HELD} RETURNING fence, clock_timestamp()",
            [SECONDS, *_key(ticket)],
        )
        row = cursor.fetchone()
    if row is None:
        raise LostLease(f"{ticket.lane} lane of mailbox {ticket.mailbox_id}")
    clock.told(row[1])
    return Lease(ticket.workspace_id, ticket.mailbox_id, ticket.lane, row[0])


def release(
    lease: Lease, *, due_at: datetime, retry_at: datetime | None, fields: dict[str, Any]
) -> None:
    """Give the lane back; a push that came during the run makes it due at once.

    Raises nothing when the lease is lost: then there is nothing to give back.
    """
    sets = "".join(f", {name} = %s" for name in fields)
    with tenancy.open_workspace(lease.workspace_id):
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(
                "UPDATE sync_schedule SET lease_until = NULL, lease_owner = '', retry_at = %s,"
                " due_at = CASE WHEN due_at <= clock_timestamp() THEN clock_timestamp()"
                f" ELSE %s::timestamptz END{sets}"
                " WHERE workspace_id = %s AND mailbox_id = %s AND lane = %s AND fence = %s",
                [retry_at, due_at, *fields.values(), *_key(lease)],
            )
            watch("before commit")
        watch("after commit")
