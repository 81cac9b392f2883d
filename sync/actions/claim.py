"""The scheduler's view across workspaces: which lanes are due, and who gets them.

The one module of the mail engine that works on the cross-workspace role. It reads and
writes due times, leases and fences, never mail.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import connections

from sync.actions.lease import SECONDS, Lease

BATCH = 500
# Lanes of one workspace in flight at a time; the rest of its due ones wait some seconds
SHARE = 50

# Of a lane `s`: nobody but its owner reads a personal mailbox, and his access has ended
ENDED = """
EXISTS (SELECT FROM inbox_mailbox m JOIN workspaces_membership b ON b.id = m.owner_id
        JOIN workspaces_user u ON u.id = b.user_id
        WHERE m.id = s.mailbox_id AND m.kind = 'personal' AND NOT (b.is_active AND u.is_active))
"""

DUE = """
WITH due AS (
    SELECT s.id, s.workspace_id,
           row_number() OVER (PARTITION BY s.workspace_id ORDER BY s.due_at) AS nth
    FROM (
        SELECT id, workspace_id, due_at FROM sync_schedule
        WHERE is_enabled AND due_at <= now() AND (retry_at IS NULL OR retry_at <= now())
          AND (lease_until IS NULL OR lease_until < now())
        ORDER BY due_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
    ) s
), busy AS (
    SELECT workspace_id, count(*) AS held FROM sync_schedule
    WHERE lease_until > now() AND workspace_id IN (SELECT workspace_id FROM due)
    GROUP BY workspace_id
), chosen AS (
    SELECT due.id, due.nth + COALESCE(busy.held, 0) <= %(share)s AS taken
    FROM due LEFT JOIN busy USING (workspace_id)
)
UPDATE sync_schedule s SET
    lease_until = CASE WHEN c.taken THEN now() + make_interval(secs => %(lease)s)
                  ELSE s.lease_until END,
    due_at = CASE WHEN c.taken THEN now() + make_interval(secs => %(lease)s + 10)
             ELSE now() + make_interval(secs => 1 + random() * 2) END,
    fence = s.fence + CASE WHEN c.taken THEN 1 ELSE 0 END,
    lease_owner = CASE WHEN c.taken THEN %(owner)s ELSE s.lease_owner END
FROM chosen c WHERE c.id = s.id
RETURNING s.workspace_id, s.mailbox_id, s.lane, s.fence, c.taken,
          COALESCE(s.hot_until > now(), false), s.is_behind
"""

# A mail that may leave, or be looked for, makes its lane due; so does a change to tell, unless it
# waits for an owner to come back
WAKE = (
    """
    UPDATE sync_schedule s SET due_at = now()
    FROM (SELECT DISTINCT workspace_id, mailbox_id FROM inbox_outgoing
          WHERE state = 'queued' AND send_after <= now() AND held_at IS NULL) o
    WHERE s.workspace_id = o.workspace_id AND s.mailbox_id = o.mailbox_id AND s.lane = 'out'
      AND s.due_at > now() AND (s.lease_until IS NULL OR s.lease_until < now())
    """,
    f"""
    UPDATE sync_schedule s SET due_at = now()
    FROM (SELECT DISTINCT workspace_id, mailbox_id FROM inbox_pendingchange
          WHERE done_at IS NULL AND failed_at IS NULL AND not_before <= now()) c
    WHERE s.workspace_id = c.workspace_id AND s.mailbox_id = c.mailbox_id AND s.lane = 'out'
      AND s.due_at > now() AND (s.lease_until IS NULL OR s.lease_until < now()) AND NOT {ENDED}
    """,
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A lane that was due and is now held, with what decides its queue."""

    lease: Lease
    is_hot: bool
    is_behind: bool

    @property
    def queue(self) -> str:
        """The line it waits in."""
        if self.lease.lane == "out":
            return "mail.out"
        if self.is_hot:
            return "mail.in.hot"
        return "mail.backfill" if self.is_behind else "mail.in"


def claim(*, owner: str) -> list[Claimed]:
    """Take the lanes that are due, at most 500, and no workspace more than its share.

    The due time moves past the lease, so a task that gets lost repairs itself.
    """
    values: dict[str, int | str] = {
        "batch": BATCH,
        "share": SHARE,
        "lease": SECONDS,
        "owner": owner,
    }
    with connections["system"].cursor() as cursor:
        cursor.execute(DUE, values)
        rows = cursor.fetchall()
    return [
        Claimed(Lease(workspace, mailbox, lane, fence), is_hot, is_behind)
        for workspace, mailbox, lane, fence, taken, is_hot, is_behind in rows
        if taken
    ]


def give_back(leases: list[Lease]) -> None:
    """Let go of lanes nobody was rung for, due again in a second; the fence stays raised."""
    with connections["system"].cursor() as cursor:
        cursor.executemany(
            "UPDATE sync_schedule SET lease_until = NULL, lease_owner = '',"
            " due_at = now() + interval '1 second' WHERE workspace_id = %s AND mailbox_id = %s"
            " AND lane = %s AND fence = %s",
            [(each.workspace_id, each.mailbox_id, each.lane, each.fence) for each in leases],
        )


def wake() -> int:
    """Make lanes due whose outbox has something to do; returns how many."""
    woken = 0
    with connections["system"].cursor() as cursor:
        for statement in WAKE:
            cursor.execute(statement)
            woken += cursor.rowcount
    return woken


def listenable() -> list[tuple[int, int]]:
    """(workspace id, mailbox id) of every mailbox that is read, not failing, and somebody's."""
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT workspace_id, mailbox_id FROM sync_schedule s"
            " WHERE lane = 'in' AND is_enabled AND fail_count = 0 AND last_ok_at IS NOT NULL"
            f" AND NOT {ENDED}"
            " ORDER BY mailbox_id"
        )
        return [(workspace, mailbox) for workspace, mailbox in cursor.fetchall()]


def standing(uid: str) -> tuple[str, str, int] | None:
    """State, reason and how many messages are pending, for an operator; None if not there."""
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT m.state, m.state_reason, (SELECT count(*) FROM inbox_ledgerentry l WHERE"
            " l.workspace_id = m.workspace_id AND l.mailbox_id = m.id AND l.decision = 'pending'"
            " AND l.missing_since IS NULL) FROM inbox_mailbox m WHERE m.uid = %s",
            [uid],
        )
        row = cursor.fetchone()
        return (row[0], row[1], row[2]) if row else None


def make_due(mailboxes: list[int]) -> None:
    """Have these mailboxes read now, whatever made us think of it; one statement for all."""
    if not mailboxes:
        return
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "UPDATE sync_schedule SET due_at = LEAST(due_at, now()) WHERE lane = 'in'"
            " AND mailbox_id = ANY(%s)",
            [mailboxes],
        )
        cursor.execute("SELECT pg_notify('fio_due', '')")


def heard(mailboxes: list[int], seconds: float) -> None:
    """Say that somebody listens to these for so long; reading may take its time meanwhile."""
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "UPDATE sync_schedule SET heard_until = now() + make_interval(secs => %s)"
            " WHERE lane = 'in' AND mailbox_id = ANY(%s)",
            [seconds, mailboxes],
        )


def try_lock(kind: int, number: int = 0) -> bool:
    """Hold an advisory lock until this process ends; False when another process has it."""
    with connections["system"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [kind, number])
        return bool(cursor.fetchone()[0])


def unlock(kind: int, number: int = 0) -> None:
    """Give an advisory lock back."""
    with connections["system"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [kind, number])


def hang_up() -> None:
    """End every connection to the database, and with them all locks this process holds."""
    connections.close_all()
    for alias in ("default", "system"):
        connections[alias].close_pool()  # type: ignore[attr-defined]


def new_owner(name: str) -> str:
    """A name for this process in the lease rows."""
    return f"{name}-{secrets.token_hex(4)}"


def listen(channel: str) -> Any:
    """The connection that hears NOTIFY on a channel."""
    connection = connections["system"]
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {channel}")
    return connection.connection
