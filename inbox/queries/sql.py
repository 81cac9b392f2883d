"""The SQL of the lists: who may read a row, what narrows them, and what is shown of each.

Row-level security is on for all of it; the workspace is named as well, so that the indexes are
used. How the rows are found says `walking`.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inbox.queries import linked, narrowing
from inbox.queries.marks import MARKED, MARKS

if TYPE_CHECKING:
    from inbox.queries.lists import Filter

HERE = "current_setting('app.workspace_id')::bigint"

COLUMNS = """
SELECT f.thread_id, t.uid, f.subject, f.snippet, f.people, f.last_at, f.last_direction,
       f.message_count, f.unread_count, f.has_attachment, f.place, f.visibility, f.mailboxes,
       ARRAY(SELECT DISTINCT ARRAY[b.name, b.hue, b.uid::text] FROM inbox_threadlabel l
             JOIN inbox_maillabel b ON b.workspace_id = l.workspace_id AND b.id = l.label_id
             WHERE l.workspace_id = {here} AND l.thread_id = f.thread_id
             AND l.mailbox_id = ANY(f.mailboxes) AND b.removed_at IS NULL ORDER BY 1) AS labels,
       w.uid, w.name, w.email
FROM folded f JOIN inbox_thread t ON t.id = f.thread_id AND t.workspace_id = {here}
LEFT JOIN workspaces_membership w ON w.id = f.assignee_id AND w.workspace_id = {here}
ORDER BY f.last_at DESC, f.thread_id DESC LIMIT %(limit)s
"""

# One row a thread: the newest entry speaks, the counts of all are added
FOLDED = """
, folded AS (
  SELECT DISTINCT ON (p.last_at, p.thread_id) p.*, a.mailboxes,
         a.messages AS message_count, a.unread AS unread_count
  FROM picked p JOIN LATERAL (
    SELECT array_agg(e.mailbox_id ORDER BY e.mailbox_id) AS mailboxes,
           sum(e.message_count)::int AS messages,
           sum(e.unread_count + COALESCE(u.count, 0))::int AS unread
    FROM inbox_mailboxthread e LEFT JOIN inbox_threadunread u ON u.workspace_id = {here}
      AND u.member_id = %(me)s AND u.thread_id = e.thread_id AND u.mailbox_id = e.mailbox_id
    WHERE e.workspace_id = {here} AND e.thread_id = p.thread_id AND {readable}
  ) a ON true
  ORDER BY p.last_at DESC, p.thread_id DESC
)"""

PICKED = (
    "e.thread_id, e.subject, e.snippet, e.people, e.last_at, e.last_direction,"
    " e.has_attachment, e.place, e.visibility, e.assignee_id"
)

# Of a thread in several mailboxes only the newest entry is picked. OFFSET has the few of each
# thread looked up before anything else is asked of them: joined at once, all there are would be
NEWEST = """
  AND NOT EXISTS (
    SELECT 1 FROM (SELECT * FROM inbox_mailboxthread n WHERE n.workspace_id = {here}
      AND n.thread_id = e.thread_id AND n.id <> e.id OFFSET 0) n
    WHERE n.mailbox_id = ANY(%(own)s) AND (n.last_at, n.id) > (e.last_at, e.id){same} OFFSET 0)"""

# The same where a look elsewhere is asked of each row: said once it is planned once, of the entries
# of the thread from the newest on
FITS = """
  AND e.id = (SELECT n.id FROM (SELECT * FROM inbox_mailboxthread n WHERE n.workspace_id = {here}
      AND n.thread_id = e.thread_id OFFSET 0) n
    WHERE n.mailbox_id = ANY(%(own)s){same} ORDER BY n.last_at DESC, n.id DESC LIMIT 1)"""

# Whoever was mentioned in it by those whose it is may read it
LET_IN = """EXISTS (SELECT 1 FROM inbox_threadguest g WHERE g.workspace_id = {here}
    AND g.member_id = %(me)s AND g.thread_id = e.thread_id AND g.mailbox_id = e.mailbox_id)"""

# What is shared is read by those who see a record it belongs to
SHARED = f"""(e.mailbox_id = ANY(%(own)s) OR (e.visibility = 'shared' AND EXISTS (
    SELECT 1 FROM inbox_threadlink k WHERE k.workspace_id = {{here}}
    AND k.thread_id = e.thread_id AND k.undone_at IS NULL AND {{sees}})) OR {LET_IN})"""

# The same of the threads of one record: whether the member sees that one is asked once
KNOWN = """WITH known AS MATERIALIZED (SELECT {sees} AS is_seen FROM (SELECT
    {here} AS workspace_id, %(kind)s::text AS kind, %(record)s::bigint AS object_id) k)"""
OF_KNOWN = f"""(e.mailbox_id = ANY(%(own)s)
    OR (e.visibility = 'shared' AND (SELECT is_seen FROM known)) OR {LET_IN})"""

# A thread belongs to a record …
LINKED = """EXISTS (SELECT 1 FROM inbox_threadlink k WHERE k.workspace_id = {here}
    AND k.thread_id = {e}.thread_id AND k.kind = %(kind)s AND k.undone_at IS NULL
    AND k.object_id = %(record)s)"""

# The same, as where its threads are looked up
OF_RECORD = """SELECT k.thread_id FROM inbox_threadlink k WHERE k.workspace_id = {here}
    AND k.kind = %(kind)s AND k.object_id = %(record)s AND k.undone_at IS NULL"""

# … which what this mailbox holds of it accounts for, and not only a colleague's mail
WRITES = """EXISTS (SELECT 1 FROM inbox_threadlink w
    LEFT JOIN inbox_message wm ON wm.workspace_id = w.workspace_id
    AND wm.thread_id = w.thread_id AND wm.mailbox_id = {e}.mailbox_id AND wm.deleted_at IS NULL
    LEFT JOIN inbox_participant wp ON wp.workspace_id = wm.workspace_id AND wp.message_id = wm.id
    WHERE w.workspace_id = {here} AND w.thread_id = {e}.thread_id AND w.kind = %(kind)s
    AND w.object_id = %(record)s AND (w.source = 'manual' AND {meant} OR wp.address = w.why
      OR (w.kind = 'person' AND EXISTS (SELECT 1 FROM contacts_personemail a
        WHERE a.workspace_id = {here} AND a.person_id = %(record)s AND a.address = wp.address
        OFFSET 0))))""".replace("{meant}", linked.meant("w", "= {e}.mailbox_id"))


# How many unread threads each of these mailboxes has in a place, for a member
UNREAD = f"""SELECT mailbox_id, sum(count)::int AS count FROM (
  SELECT mailbox_id, count(*) FROM inbox_mailboxthread
  WHERE workspace_id = {HERE} AND mailbox_id = ANY(%(own)s) AND place = %(place)s
  AND unread_count > 0 GROUP BY mailbox_id
  UNION ALL SELECT u.mailbox_id, count(*) FROM {MARKS}
  WHERE u.workspace_id = {HERE} AND u.member_id = %(me)s AND u.mailbox_id = ANY(%(own)s)
  AND e.place = %(place)s AND e.unread_count = 0 GROUP BY u.mailbox_id) each GROUP BY mailbox_id"""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What narrows entries `e`: by what an index is made of, and by what is asked of each row.

    `same` is all of it for the newer entry `n` of a thread, which would hide an older one.

    What is asked of each row belongs into a CASE. Of several conditions the planner would think
    that hardly a row fits, and then reads and sorts all there are; of a CASE, that half of them do.
    """

    plain: str
    # What is asked of each row: of its columns, and what takes a look elsewhere
    quick: str
    slow: str
    same: str

    @property
    def dear(self) -> str:
        return self.quick + self.slow

    @property
    def all(self) -> str:
        return self.plain + self.dear


def conditions(place: str | None, unread: bool | None, narrowed: "Filter") -> Conditions:
    """The conditions of a list."""
    parts = []
    if place == "sent":
        parts.append("{e}.has_sent AND {e}.place NOT IN ('trash', 'spam')")
    elif place == "all":
        parts.append("{e}.place NOT IN ('trash', 'spam')")
    elif place is not None:
        parts.append("{e}.place = %(place)s")
    if narrowed.assignee is not None:
        parts.append("{e}.assignee_id = %(assignee)s")
    asked = narrowing.conditions(narrowed.narrow)
    if narrowed.narrow.tracked:
        parts.append("{e}.is_tracked")
    if unread:
        parts.append("{e}.unread_count > 0")
    elif unread is not None:
        asked.append(f"{{e}}.unread_count = 0 AND NOT {MARKED}")
    if narrowed.is_unassigned and narrowed.assignee is None:
        # Also where a search looks into mailboxes of others
        parts.append("{e}.mailbox_id = ANY(%(own)s)")
        asked.append("{e}.assignee_id IS NULL")
    if narrowed.record is not None:
        asked += [LINKED, WRITES]
    if narrowed.folder is not None:
        asked.append(
            "EXISTS (SELECT 1 FROM inbox_ledgerentry l JOIN inbox_message m"
            " ON m.workspace_id = l.workspace_id AND m.id = l.message_id"
            " WHERE l.workspace_id = {here} AND l.folder_id = %(folder)s"
            " AND l.missing_since IS NULL AND m.deleted_at IS NULL"
            " AND m.thread_id = {e}.thread_id AND m.mailbox_id = {e}.mailbox_id)"
        )
    slow = [part for part in asked if "SELECT" in part]
    listed = (parts, [part for part in asked if part not in slow], slow)
    plain, quick, far = ("".join(f" AND {part}" for part in each) for each in listed)
    same = f"{plain}{quick}{far}".replace("{e}", "n")
    plain, quick, far = (text.replace("{e}", "e") for text in (plain, quick, far))
    return Conditions(plain, quick, far, same)


def exactly(place: str | None, unread: bool | None, narrowed: "Filter") -> Conditions:
    """What narrows entries where few are looked at: what is unread for the member among it."""
    found = conditions(place, None if unread else unread, narrowed)
    if not unread:
        return found
    each = ((found.slow, "e"), (found.same, "n"))
    seen = f" AND ({{e}}.unread_count > 0 OR {MARKED})"
    slow, same = (f"{text}{seen}".replace("{e}", alias) for text, alias in each)
    return replace(found, slow=slow, same=same)
