"""The mailboxes of all workspaces, for operators: how they stand, and nothing of their mail.

The one module of the mail engine that reads across workspaces for people. A page costs the
same four statements whatever there is.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connections

from inbox.models import Mailbox
from sync.queries import diary

PAGE, MOST_COUNTED = 50, 10_000
# Runs that a rate is made of
RECENT = 300

STATE = """
SELECT m.state, count(*) FROM inbox_mailbox m WHERE m.state <> 'deleted' GROUP BY m.state
"""
ROWS = """
SELECT m.id, m.workspace_id, m.uid, m.address, m.kind, m.state, m.state_reason, w.slug,
       greatest(m.last_ok_at, i.last_ok_at) AS looked_at, i.due_at, i.retry_at, i.lease_until,
       i.lease_owner, i.fence, i.fail_count, i.heard_until, i.is_behind,
       coalesce(nullif(i.fail_code, ''), o.fail_code, '') AS fail_code
FROM inbox_mailbox m
JOIN workspaces_workspace w ON w.id = m.workspace_id
LEFT JOIN sync_schedule i ON i.workspace_id = m.workspace_id AND i.mailbox_id = m.id
     AND i.lane = 'in'
LEFT JOIN sync_schedule o ON o.workspace_id = m.workspace_id AND o.mailbox_id = m.id
     AND o.lane = 'out'
WHERE m.state <> 'deleted' AND {where}
ORDER BY {order} LIMIT %(most)s OFFSET %(skip)s
"""
BACKLOG = """
SELECT k.mailbox,
       (SELECT count(*) FROM (SELECT FROM inbox_ledgerentry l
        WHERE l.workspace_id = k.workspace AND l.mailbox_id = k.mailbox
          AND l.decision = 'pending' LIMIT %s) counted),
       (SELECT count(*) FROM inbox_outgoing o
        WHERE o.workspace_id = k.workspace AND o.mailbox_id = k.mailbox
          AND o.state IN ('queued', 'sending', 'unknown'))
FROM unnest(%s::bigint[], %s::bigint[]) AS k (workspace, mailbox)
"""

ORDERS = {
    "trouble": "m.state IN ('needs_reauth', 'degraded') DESC, looked_at NULLS FIRST, m.id",
    "lag": "looked_at NULLS FIRST, m.id",
    "address": "lower(m.address), m.id",
    "workspace": "w.slug, lower(m.address), m.id",
}
KINDS = {
    "": "true",
    "failing": "(i.fail_code <> '' OR o.fail_code <> '')",
    "late": "(i.is_enabled AND i.lease_until IS NULL AND i.due_at < now() - interval '5 minutes')",
    "held": "i.lease_until > now()",
    "importing": "(i.is_enabled AND i.is_behind)",
    "deaf": "(i.is_enabled AND (i.heard_until IS NULL OR i.heard_until < now()))",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What of all mailboxes is asked for; words that mean nothing ask for everything."""

    state: str = ""
    kind: str = ""
    words: str = ""
    order: str = "trouble"
    page: int = 1


@dataclass(slots=True)
class Line:
    """One mailbox; `lag` is the seconds since its last good look, None before the first."""

    pk: int
    workspace_id: int
    uid: str
    address: str
    slug: str
    kind: str
    state: str
    state_reason: str
    fail_code: str
    fail_count: int
    lag: float | None
    due_at: datetime | None
    retry_at: datetime | None
    lease_until: datetime | None
    lease_owner: str
    fence: int
    is_heard: bool
    backlog: int = 0
    unsent: int = 0
    rate: float = 0.0

    @property
    def label(self) -> str:
        return str(Mailbox.State(self.state).label)

    @property
    def is_capped(self) -> bool:
        return self.backlog > MOST_COUNTED


@dataclass(slots=True)
class Page:
    """A page of mailboxes, how many there are in each state, and whether more follow."""

    lines: list[Line] = field(default_factory=list)
    states: list[tuple[str, str, int]] = field(default_factory=list)
    has_more: bool = False


def mailboxes(asked: Asked, *, at: datetime) -> Page:
    """One page of all mailboxes that fit, worst first unless another order is asked for."""
    where, values = _where(asked)
    order = ORDERS.get(asked.order, ORDERS["trouble"])
    values |= {"most": PAGE + 1, "skip": (asked.page - 1) * PAGE}
    with connections["system"].cursor() as cursor:
        cursor.execute(STATE)
        sums = dict(cursor.fetchall())
        cursor.execute(ROWS.format(where=where, order=order), values)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        lines = [_line(row, at) for row in rows[:PAGE]]
        _count(cursor, lines)
    _rate(lines, at)
    states = [(s.value, str(s.label), sums[s.value]) for s in Mailbox.State if s.value in sums]
    return Page(lines, states, has_more=len(rows) > PAGE)


def find(uid: str) -> tuple[int, int] | None:
    """(workspace id, mailbox id) of a mailbox; None where there is none."""
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT workspace_id, id FROM inbox_mailbox WHERE uid = %s AND state <> 'deleted'",
            [uid],
        )
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def _where(asked: Asked) -> tuple[str, dict[str, Any]]:
    parts, values = [KINDS.get(asked.kind, "true")], {}
    if asked.state in Mailbox.State.values:
        parts.append("m.state = %(state)s")
        values["state"] = asked.state
    for number, word in enumerate(asked.words.split()[:5]):
        parts.append(
            f"(m.address ILIKE %(word{number})s OR w.slug ILIKE %(word{number})s"
            f" OR i.fail_code ILIKE %(word{number})s)"
        )
        values[f"word{number}"] = f"%{_literal(word)}%"
    return " AND ".join(parts), values


def _literal(word: str) -> str:
    """A word in which nothing stands for anything else."""
    word = word.replace("\x00", "")
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _line(row: dict[str, Any], at: datetime) -> Line:
    looked, heard = row["looked_at"], row["heard_until"]
    held = row["lease_until"] if row["lease_until"] and row["lease_until"] > at else None
    return Line(
        pk=row["id"],
        workspace_id=row["workspace_id"],
        uid=str(row["uid"]),
        address=row["address"],
        slug=row["slug"],
        kind=row["kind"],
        state=row["state"],
        state_reason=row["state_reason"],
        fail_code=row["fail_code"],
        fail_count=row["fail_count"] or 0,
        lag=max(0.0, (at - looked).total_seconds()) if looked else None,
        due_at=row["due_at"],
        retry_at=row["retry_at"] if row["retry_at"] and row["retry_at"] > at else None,
        lease_until=held,
        lease_owner=row["lease_owner"] or "" if held else "",
        fence=row["fence"] or 0,
        is_heard=bool(heard and heard > at),
    )


def _count(cursor: Any, lines: list[Line]) -> None:
    """What is still to come and what is still to leave, for a page in one statement."""
    by_pk = {line.pk: line for line in lines}
    keys = [line.workspace_id for line in lines], [line.pk for line in lines]
    cursor.execute(BACKLOG, [MOST_COUNTED + 1, *keys])
    for pk, backlog, unsent in cursor.fetchall():
        by_pk[pk].backlog, by_pk[pk].unsent = backlog, unsent


def _rate(lines: list[Line], at: datetime) -> None:
    """Mails a second in the runs of the last minutes, as far as they are remembered."""
    found = diary.last([(line.workspace_id, line.pk) for line in lines], most=10)
    since = at.astimezone(UTC).timestamp() - RECENT
    for line, runs in zip(lines, found, strict=True):
        recent = [run for run in runs if run["at"] >= since and run["stored"]]
        seconds = sum(run["seconds"] for run in recent)
        line.rate = sum(run["stored"] for run in recent) / seconds if seconds else 0.0
