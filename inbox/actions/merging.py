"""Two conversations turn out to be one."""

from typing import Any

from django.db import connections

from crm.workspaces.tenancy import required

MOVES = (
    "UPDATE inbox_message SET thread_id = %(into)s"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    "UPDATE inbox_threadkey SET thread_id = %(into)s"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    "UPDATE inbox_draft SET thread_id = %(into)s"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    "UPDATE inbox_outgoing SET thread_id = %(into)s"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    "UPDATE inbox_hiddenrow SET thread_id = %(into)s"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    # Where one side means its whole thread, the other's single messages are among all of it
    "DELETE FROM inbox_linkedmessage m USING inbox_threadlink k"
    " WHERE m.workspace_id = %(workspace)s AND k.workspace_id = m.workspace_id AND k.id = m.link_id"
    " AND k.thread_id = ANY(%(threads)s || %(into)s::bigint) AND EXISTS ("
    "  SELECT 1 FROM inbox_threadlink w WHERE w.workspace_id = m.workspace_id"
    "  AND w.thread_id = ANY(%(threads)s || %(into)s::bigint) AND w.kind = k.kind"
    "  AND w.object_id = k.object_id AND w.undone_at IS NULL AND NOT EXISTS ("
    "   SELECT 1 FROM inbox_linkedmessage o"
    "   WHERE o.workspace_id = m.workspace_id AND o.link_id = w.id))",
    # Links: an undone one wins over one that made itself, so that it never comes back
    "INSERT INTO inbox_threadlink"
    " (workspace_id, thread_id, kind, object_id, source, rule, why, by_id, created_at, undone_at)"
    " SELECT DISTINCT ON (kind, object_id) workspace_id, %(into)s, kind, object_id, source, rule,"
    " why, by_id, created_at, max(undone_at) OVER (PARTITION BY kind, object_id)"
    " FROM inbox_threadlink"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)"
    " ORDER BY kind, object_id, created_at, id"
    " ON CONFLICT (workspace_id, thread_id, kind, object_id)"
    " DO UPDATE SET undone_at = COALESCE(inbox_threadlink.undone_at, excluded.undone_at)",
    "UPDATE inbox_linkedmessage m SET link_id = n.id FROM inbox_threadlink k"
    " JOIN inbox_threadlink n ON n.workspace_id = k.workspace_id AND n.kind = k.kind"
    " AND n.object_id = k.object_id AND n.thread_id = %(into)s"
    " WHERE m.workspace_id = %(workspace)s AND k.workspace_id = m.workspace_id"
    " AND k.id = m.link_id AND k.thread_id = ANY(%(threads)s)",
    "DELETE FROM inbox_threadlink"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    "INSERT INTO inbox_threadunread AS u (workspace_id, thread_id, mailbox_id, member_id, count)"
    " SELECT workspace_id, %(into)s, mailbox_id, member_id, sum(count) FROM inbox_threadunread"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)"
    " GROUP BY workspace_id, mailbox_id, member_id"
    " ON CONFLICT (workspace_id, member_id, thread_id, mailbox_id)"
    " DO UPDATE SET count = u.count + excluded.count",
    "DELETE FROM inbox_threadunread"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    # Whoever was let in reads the whole only where he was let into both
    "DELETE FROM inbox_threadguest g WHERE g.workspace_id = %(workspace)s"
    " AND g.thread_id = ANY(%(threads)s || %(into)s::bigint) AND EXISTS ("
    "  SELECT 1 FROM inbox_mailboxthread e WHERE e.workspace_id = g.workspace_id"
    "  AND e.mailbox_id = g.mailbox_id AND e.thread_id <> g.thread_id"
    "  AND e.thread_id = ANY(%(threads)s || %(into)s::bigint) AND NOT EXISTS ("
    "   SELECT 1 FROM inbox_threadguest o WHERE o.workspace_id = g.workspace_id"
    "   AND o.member_id = g.member_id AND o.mailbox_id = g.mailbox_id"
    "   AND o.thread_id = e.thread_id))",
    "INSERT INTO inbox_threadguest (workspace_id, thread_id, mailbox_id, member_id, by_id, at)"
    " SELECT DISTINCT ON (mailbox_id, member_id) workspace_id, %(into)s, mailbox_id, member_id,"
    " by_id, at FROM inbox_threadguest"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)"
    " ORDER BY mailbox_id, member_id, at ON CONFLICT DO NOTHING",
    "DELETE FROM inbox_threadguest"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    "UPDATE inbox_comment SET thread_id = %(into)s"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    # One row a mailbox: the stricter visibility holds, what was put away stays so if all was
    "INSERT INTO inbox_mailboxthread AS e"
    " (workspace_id, thread_id, mailbox_id, visibility, place, done_at, archived_at, trashed_at,"
    "  spammed_at, restored_at, snoozed_at, woken_at, subject, snippet, people, last_at,"
    "  last_direction, message_count, unread_count, has_attachment, has_sent, is_tracked,"
    "  assignee_id, assigned_at)"
    " SELECT DISTINCT ON (mailbox_id) workspace_id, %(into)s, mailbox_id, visibility, place,"
    "  done_at, archived_at, trashed_at, spammed_at, restored_at, snoozed_at, woken_at, subject,"
    "  snippet, people,"
    "  last_at, last_direction,"
    "  message_count, unread_count, has_attachment, has_sent, is_tracked, assignee_id,"
    "  assigned_at"
    " FROM inbox_mailboxthread"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)"
    " ORDER BY mailbox_id, array_position(ARRAY['private', 'team', 'shared'], visibility::text)"
    " ON CONFLICT (workspace_id, thread_id, mailbox_id) DO UPDATE SET"
    "  visibility = CASE WHEN 'private' IN (e.visibility, excluded.visibility)"
    "    THEN 'private' WHEN 'team' IN (e.visibility, excluded.visibility) THEN 'team'"
    "    ELSE e.visibility END,"
    "  done_at = CASE WHEN excluded.done_at IS NULL THEN NULL ELSE e.done_at END,"
    "  archived_at = CASE WHEN excluded.archived_at IS NULL THEN NULL ELSE e.archived_at END,"
    "  trashed_at = CASE WHEN excluded.trashed_at IS NULL THEN NULL ELSE e.trashed_at END,"
    "  spammed_at = CASE WHEN excluded.spammed_at IS NULL THEN NULL ELSE e.spammed_at END,"
    "  snoozed_at = CASE WHEN excluded.snoozed_at IS NULL THEN NULL ELSE e.snoozed_at END,"
    "  restored_at = GREATEST(e.restored_at, excluded.restored_at),"
    "  assignee_id = COALESCE(e.assignee_id, excluded.assignee_id),"
    "  assigned_at = GREATEST(e.assigned_at, excluded.assigned_at),"
    "  woken_at = GREATEST(e.woken_at, excluded.woken_at)",
    "INSERT INTO inbox_threadlabel"
    " (workspace_id, label_id, thread_id, mailbox_id, by_id, at, merged_from_id)"
    " SELECT DISTINCT ON (label_id, mailbox_id) workspace_id, label_id, %(into)s, mailbox_id,"
    " by_id, at, merged_from_id FROM inbox_threadlabel"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)"
    " ORDER BY label_id, mailbox_id, at ON CONFLICT DO NOTHING",
    "DELETE FROM inbox_threadlabel"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    # Of two times to come back at the sooner one holds
    "INSERT INTO inbox_wake AS w"
    " (workspace_id, thread_id, mailbox_id, kind, due_at, since, unless_answered, by_id)"
    " SELECT DISTINCT ON (mailbox_id, kind) workspace_id, %(into)s, mailbox_id, kind, due_at,"
    " since, unless_answered, by_id FROM inbox_wake"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)"
    " ORDER BY mailbox_id, kind, due_at"
    " ON CONFLICT (workspace_id, thread_id, mailbox_id, kind)"
    " DO UPDATE SET due_at = LEAST(w.due_at, excluded.due_at)",
    "DELETE FROM inbox_wake WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    "DELETE FROM inbox_mailboxthread"
    " WHERE workspace_id = %(workspace)s AND thread_id = ANY(%(threads)s)",
    # What must stay apart from a part must stay apart from the whole
    "INSERT INTO inbox_parting (workspace_id, thread_id, other_id)"
    " SELECT DISTINCT workspace_id, LEAST(%(into)s, far), GREATEST(%(into)s, far) FROM ("
    "  SELECT workspace_id, CASE WHEN thread_id = ANY(%(threads)s) THEN other_id"
    "   ELSE thread_id END AS far FROM inbox_parting WHERE workspace_id = %(workspace)s"
    "  AND (thread_id = ANY(%(threads)s) OR other_id = ANY(%(threads)s))) p"
    " WHERE far <> %(into)s AND far <> ALL(%(threads)s) ON CONFLICT DO NOTHING",
    "DELETE FROM inbox_parting WHERE workspace_id = %(workspace)s"
    " AND (thread_id = ANY(%(threads)s) OR other_id = ANY(%(threads)s))",
    "UPDATE inbox_thread SET merged_into_id = %(into)s"
    " WHERE workspace_id = %(workspace)s"
    " AND (id = ANY(%(threads)s) OR merged_into_id = ANY(%(threads)s))",
)


def merge(*, into: int, threads: set[int]) -> None:
    """Move everything of `threads` into one and leave a redirect; the caller adds up its rows."""
    values: dict[str, Any] = {"into": into, "threads": sorted(threads), "workspace": required()}
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT id FROM inbox_thread WHERE workspace_id = %(workspace)s"
            " AND id = ANY(%(threads)s || %(into)s::bigint) ORDER BY id FOR UPDATE",
            values,
        )
        for move in MOVES:
            cursor.execute(move, values)
