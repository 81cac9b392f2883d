"""A page of all mailboxes.

The one module of the mail engine that reads across workspaces for people. A page costs the
same statements whatever there is.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connections

from inbox.models import Mailbox
from sync.queries import diary
from sync.queries.everywhere import filters, lines
from sync.queries.everywhere.filters import Asked
from sync.queries.everywhere.lines import MOST_COUNTED, Line

PAGE = 50
# Seconds whose runs a rate is made of
RECENT = 300

STATE = """
SELECT m.state, count(*) FROM inbox_mailbox m WHERE m.state <> 'deleted' GROUP BY m.state
"""
ROWS = """
SELECT m.id, m.workspace_id, m.uid, {address} AS address, m.kind, m.state, m.state_reason, w.slug,
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


@dataclass(slots=True)
class Page:
    """A page of mailboxes, how many there are in each state, and whether more follow."""

    lines: list[Line] = field(default_factory=list)
    states: list[tuple[str, str, int]] = field(default_factory=list)
    has_more: bool = False


def mailboxes(asked: Asked, *, at: datetime) -> Page:
    """One page of all mailboxes that fit, worst first unless another order is asked for."""
    where, values = filters.where(asked)
    order = filters.ORDERS.get(asked.order, filters.ORDERS["trouble"])
    values |= {"most": PAGE + 1, "skip": (asked.page - 1) * PAGE}
    with connections["system"].cursor() as cursor:
        cursor.execute(STATE)
        sums = dict(cursor.fetchall())
        cursor.execute(ROWS.format(address=filters.ADDRESS, where=where, order=order), values)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        found = [lines.line(row, at) for row in rows[:PAGE]]
        _count(cursor, found)
    _rate(found, at)
    states = [(s.value, str(s.label), sums[s.value]) for s in Mailbox.State if s.value in sums]
    return Page(found, states, has_more=len(rows) > PAGE)


def find(uid: str) -> tuple[int, int] | None:
    """(workspace id, mailbox id) of a mailbox; None where there is none."""
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "SELECT workspace_id, id FROM inbox_mailbox WHERE uid = %s AND state <> 'deleted'",
            [uid],
        )
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def _count(cursor: Any, page: list[Line]) -> None:
    """What is still to come and what is still to leave, for a page in one statement."""
    by_pk = {line.pk: line for line in page}
    keys = [line.workspace_id for line in page], [line.pk for line in page]
    cursor.execute(BACKLOG, [MOST_COUNTED + 1, *keys])
    for pk, backlog, unsent in cursor.fetchall():
        by_pk[pk].backlog, by_pk[pk].unsent = backlog, unsent


def _rate(page: list[Line], at: datetime) -> None:
    """Mails a second in the runs of the last minutes, as far as they are remembered."""
    found = diary.last([(line.workspace_id, line.pk) for line in page], most=10)
    since = at.astimezone(UTC).timestamp() - RECENT
    for line, runs in zip(page, found, strict=True):
        recent = [run for run in runs if run["at"] >= since and run["stored"]]
        seconds = sum(run["seconds"] for run in recent)
        line.rate = sum(run["stored"] for run in recent) / seconds if seconds else 0.0
