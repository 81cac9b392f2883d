"""How much waits in an inbox: what is unread, and in a team's what is whose."""

from collections.abc import Iterable
from typing import Any

from django.db import connections

from crm.workspaces.models import Membership
from crm.workspaces.opening import required
from inbox.models import Mailbox
from inbox.queries.sql import HERE, UNREAD

# What belongs to nobody is counted so far
MOST = 100

# Unread threads of each mailbox; in those of teams the member's own, and those of nobody
INBOX = f"""
SELECT 'unread', mailbox_id, count FROM ({UNREAD}) unread
UNION ALL
SELECT 'mine', mailbox_id, count(*) FROM inbox_mailboxthread
WHERE workspace_id = {HERE} AND mailbox_id = ANY(%(teams)s) AND assignee_id = %(me)s
AND place = %(place)s GROUP BY mailbox_id
UNION ALL
SELECT 'nobody', box.id, (SELECT count(*) FROM (
  SELECT 1 FROM inbox_mailboxthread e WHERE e.workspace_id = {HERE} AND e.mailbox_id = box.id
  AND e.place = %(place)s AND e.assignee_id IS NULL LIMIT {MOST}) few)
FROM unnest(%(teams)s::bigint[]) AS box (id)"""


def inbox(
    member: Membership, boxes: Iterable[Mailbox]
) -> tuple[dict[int, int], dict[int, tuple[int, int]]]:
    """Unread threads in the inboxes, by mailbox id; in those of teams what is one's own and
    what is nobody's, counted up to MOST. One query.
    """
    required()
    rows = list(boxes)
    teams = [box.pk for box in rows if box.kind == Mailbox.Kind.TEAM]
    values: dict[str, Any] = {
        "own": [b.pk for b in rows],
        "teams": teams,
        "place": "inbox",
        "me": member.pk,
    }
    found: dict[str, dict[int, int]] = {"unread": {}, "mine": {}, "nobody": {}}
    with connections["default"].cursor() as cursor:
        cursor.execute(INBOX, values)
        for what, mailbox, count in cursor.fetchall():
            found[what][mailbox] = count
    given = {pk: (found["mine"].get(pk, 0), found["nobody"].get(pk, 0)) for pk in teams}
    return found["unread"], given
