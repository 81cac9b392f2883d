"""Each member's own read state in the mailbox of a team."""

from collections.abc import Sequence
from typing import Any

from django.db import connections

from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required
from inbox.models import MailboxThread, ThreadUnread
from inbox.queries import workers

GIVE = """
INSERT INTO inbox_threadunread AS u (workspace_id, thread_id, mailbox_id, member_id, count)
SELECT %(workspace)s, v.thread, v.mailbox, m.member, v.count
FROM unnest(%(threads)s::bigint[], %(boxes)s::bigint[], %(counts)s::int[])
  AS v (thread, mailbox, count)
CROSS JOIN unnest(%(members)s::bigint[]) AS m (member)
ON CONFLICT (workspace_id, member_id, thread_id, mailbox_id) DO UPDATE SET count = {count}"""
MORE, ONE = "u.count + excluded.count", "GREATEST(u.count, excluded.count)"


def read(entries: Sequence[MailboxThread], by: Membership) -> None:
    """A member has read these rows of team mailboxes, as they stood; his colleagues have not.

    Called before what is unread there for everybody is marked as read.
    """
    for box in sorted({entry.mailbox_id for entry in entries}):
        fresh = [e for e in entries if e.mailbox_id == box and e.unread_count]
        others = sorted(workers.ids([box]) - {by.pk}) if fresh else []
        _give(fresh, others, [entry.unread_count for entry in fresh], MORE)
    for entry in entries:
        entry_of = {"thread": entry.thread_id, "mailbox": entry.mailbox_id}
        ThreadUnread.objects.filter(member=by, **entry_of).delete()


def mark(entries: Sequence[MailboxThread], by: Membership) -> None:
    """Their last mail is unread again, for this member alone; what is unread for all stays so."""
    known = [entry for entry in entries if not entry.unread_count]
    _give(known, [by.pk], [1] * len(known), ONE)


def _give(
    entries: Sequence[MailboxThread], members: Sequence[int], counts: Sequence[int], count: str
) -> None:
    if not entries or not members:
        return
    values: dict[str, Any] = {
        "workspace": required(),
        "threads": [entry.thread_id for entry in entries],
        "boxes": [entry.mailbox_id for entry in entries],
        "counts": list(counts),
        "members": list(members),
    }
    with connections["default"].cursor() as cursor:
        cursor.execute(GIVE.replace("{count}", count), values)
