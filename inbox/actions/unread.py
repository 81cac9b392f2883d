"""Each member's own read state in the mailbox of a team."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
Pair = tuple[int, int]
MORE, ONE = "u.count + excluded.count", "GREATEST(u.count, excluded.count)"
EXACTLY = "excluded.count"


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


def own(entries: Sequence[MailboxThread], by: Membership) -> dict[Pair, int]:
    """How much only this member has not read of these rows, where that is any."""
    found = ThreadUnread.objects.filter(member=by, thread__in={e.thread_id for e in entries})
    rows = found.values_list("thread_id", "mailbox_id", "count")
    return {(thread, box): count for thread, box, count in rows}


def put(entries: Sequence[MailboxThread], by: Membership, counts: Sequence[int]) -> None:
    """So much of each of these rows only this member has not read, whatever it was."""
    told = list(zip(entries, counts, strict=True))
    none = [entry.thread_id for entry, count in told if not count]
    boxes = {entry.mailbox_id for entry in entries}
    ThreadUnread.objects.filter(member=by, thread__in=none, mailbox__in=boxes).delete()
    some = [(entry, count) for entry, count in told if count]
    _give([entry for entry, _c in some], [by.pk], [count for _e, count in some], EXACTLY)


def take_from_others(
    entries: Sequence[MailboxThread], counts: Mapping[int, int], by: Membership
) -> set[int]:
    """Take back from colleagues what `read` gave them, by id of the row.

    Returns the rows that one of them has read since: of those nothing is taken.
    """
    given = [entry for entry in entries if counts[entry.pk]]
    rows: dict[Pair, list[ThreadUnread]] = defaultdict(list)
    threads = {entry.thread_id for entry in given}
    for row in ThreadUnread.objects.filter(thread__in=threads).exclude(member=by):
        rows[row.thread_id, row.mailbox_id].append(row)
    seen, less = set[int](), list[ThreadUnread]()
    work = {box: workers.ids([box]) - {by.pk} for box in {e.mailbox_id for e in given}}
    for entry in given:
        count, there = counts[entry.pk], rows[entry.thread_id, entry.mailbox_id]
        if {row.member_id for row in there if row.count >= count} < work[entry.mailbox_id]:
            seen.add(entry.pk)
            continue
        for row in there:
            row.count -= count
        less += there
    ThreadUnread.objects.filter(pk__in=[row.pk for row in less if row.count <= 0]).delete()
    ThreadUnread.objects.bulk_update([row for row in less if row.count > 0], ["count"])
    return seen


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
