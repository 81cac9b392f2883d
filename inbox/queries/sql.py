"""The SQL of the lists.

A list of one place walks `entry_place` of each mailbox from the newest row down; a
search finds messages first and shows their threads. Row-level security is on for
all of it; the workspace is named as well, so that the indexes are used.
"""

from typing import TYPE_CHECKING

from inbox.queries import linked, narrowing
from inbox.queries.search import Search

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

# Of a thread in several mailboxes only the newest entry is picked
NEWEST = """
  AND NOT EXISTS (
    SELECT 1 FROM inbox_mailboxthread n WHERE n.workspace_id = {here}
    AND n.thread_id = e.thread_id AND n.mailbox_id = ANY(%(own)s) AND n.id <> e.id
    AND (n.last_at, n.id) > (e.last_at, e.id){same})"""

MESSAGES = (
    "inbox_message m JOIN inbox_messagebody b"
    " ON b.workspace_id = m.workspace_id AND b.message_id = m.id"
)

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

# … which what this mailbox holds of it accounts for, and not only a colleague's mail
WRITES = """EXISTS (SELECT 1 FROM inbox_threadlink w
    LEFT JOIN inbox_message wm ON wm.workspace_id = w.workspace_id
    AND wm.thread_id = w.thread_id AND wm.mailbox_id = {e}.mailbox_id AND wm.deleted_at IS NULL
    LEFT JOIN inbox_participant wp ON wp.workspace_id = wm.workspace_id AND wp.message_id = wm.id
    WHERE w.workspace_id = {here} AND w.thread_id = {e}.thread_id AND w.kind = %(kind)s
    AND w.object_id = %(record)s AND (w.source = 'manual' OR wp.address = w.why
      OR (w.kind = 'person' AND wp.address IN (SELECT a.address FROM contacts_personemail a
                        WHERE a.workspace_id = {here} AND a.person_id = %(record)s))))"""


# What a colleague has read of a team's mailbox and the member has not
MARKED = """EXISTS (SELECT 1 FROM inbox_threadunread u WHERE u.workspace_id = {here}
    AND u.member_id = %(me)s AND u.thread_id = {e}.thread_id AND u.mailbox_id = {e}.mailbox_id)"""

# The same, as what a list is made of
MARKS = """inbox_threadunread u JOIN inbox_mailboxthread e ON e.workspace_id = u.workspace_id
    AND e.thread_id = u.thread_id AND e.mailbox_id = u.mailbox_id"""

# How many unread threads each of these mailboxes has in a place, for a member
UNREAD = f"""SELECT mailbox_id, sum(count)::int AS count FROM (
  SELECT mailbox_id, count(*) FROM inbox_mailboxthread
  WHERE workspace_id = {HERE} AND mailbox_id = ANY(%(own)s) AND place = %(place)s
  AND unread_count > 0 GROUP BY mailbox_id
  UNION ALL SELECT u.mailbox_id, count(*) FROM {MARKS}
  WHERE u.workspace_id = {HERE} AND u.member_id = %(me)s AND u.mailbox_id = ANY(%(own)s)
  AND e.place = %(place)s AND e.unread_count = 0 GROUP BY u.mailbox_id) each GROUP BY mailbox_id"""


def statement(
    narrowed: "Filter",
    search: Search,
    *,
    has_cursor: bool,
    is_common: bool,
    is_upwards: bool = False,
    source: str = "",
) -> str:
    """The statement for a filter; its values are named parameters.

    `source` finds the threads that may fit, where they are few.

    Its rows come after the cursor, or upwards: the nearest ones from the cursor on.

    Rare words are looked up and their threads shown. Common ones would be looked up for
    longer than it takes to walk back in time until a page is full.
    """
    beyond = bool(search) or narrowed.record is not None
    of_record = narrowed.record is not None and not search and not source
    readable = _of_known(narrowed) if of_record else _own(narrowed, beyond)
    if source and not search:
        picked = _looked_up(narrowed, source, has_cursor)
    elif of_record:
        picked = _of_record(narrowed, has_cursor)
    elif beyond and not is_common:
        picked = _searched(narrowed, search, has_cursor)
    else:
        picked = _walked(narrowed, search, has_cursor)
    text = f"{f'{KNOWN},' if of_record else 'WITH'} picked AS ({picked}){FOLDED}{COLUMNS}"
    way, past = ("ASC", ">=") if is_upwards else ("DESC", "<")
    text = text.replace("{way}", way).replace("{past}", past)
    text = text.replace("{readable}", readable).replace("{sees}", linked.sees())
    return text.replace("{here}", HERE)


def _own(narrowed: "Filter", beyond: bool) -> str:
    if beyond and narrowed.mailbox is None:
        return SHARED
    return "e.mailbox_id = ANY(%(own)s)"


def _of_known(narrowed: "Filter") -> str:
    return OF_KNOWN if narrowed.mailbox is None else _own(narrowed, False)


def _walked(narrowed: "Filter", search: Search, has_cursor: bool) -> str:
    place = search.place or narrowed.place
    unread = narrowed.unread if search.unread is None else search.unread
    conditions, same = _conditions(place, unread, narrowed)
    parts = _parts(search)
    # LIMIT keeps the planner from looking everything up at once
    hit = f" CROSS JOIN LATERAL ({_hit(search, 'e')}) hit" if parts else ""
    same += f" AND EXISTS ({_hit(search, 'n')})" if parts else ""
    cursor = " AND (e.last_at, e.thread_id) {past} (%(at)s, %(thread)s)" if has_cursor else ""
    own = f"""
  SELECT picked.* FROM unnest(%(own)s::bigint[]) AS box (id) CROSS JOIN LATERAL (
    SELECT {PICKED} FROM inbox_mailboxthread e{hit}
    WHERE e.workspace_id = {{here}} AND e.mailbox_id = box.id{conditions}{cursor}
    {NEWEST.replace("{same}", same)}
    ORDER BY e.last_at {{way}}, e.thread_id {{way}} LIMIT %(limit)s
  ) picked"""
    if unread:
        other, _same = _conditions(place, None, narrowed)
        own += f"""
  UNION ALL (SELECT {PICKED} FROM {MARKS}{hit}
    WHERE u.workspace_id = {{here}} AND u.member_id = %(me)s AND u.mailbox_id = ANY(%(own)s)
    AND e.unread_count = 0{other}{cursor}
    ORDER BY e.last_at {{way}}, e.thread_id {{way}} LIMIT %(limit)s)"""
    if parts and narrowed.mailbox is None:
        own += f"""
  UNION ALL (SELECT {PICKED} FROM inbox_mailboxthread e{hit}
    WHERE e.workspace_id = {{here}} AND e.visibility = 'shared'
    AND e.mailbox_id <> ALL(%(own)s) AND {SHARED}{conditions}{cursor}
    {NEWEST.replace("{same}", same)}
    ORDER BY e.last_at {{way}}, e.thread_id {{way}} LIMIT %(limit)s)"""
        own += f"""
  UNION ALL (SELECT {PICKED} FROM inbox_threadguest g JOIN inbox_mailboxthread e
    ON e.workspace_id = {{here}} AND e.thread_id = g.thread_id AND e.mailbox_id = g.mailbox_id{hit}
    WHERE g.workspace_id = {{here}} AND g.member_id = %(me)s AND e.visibility <> 'shared'
    AND e.mailbox_id <> ALL(%(own)s){conditions}{cursor}
    {NEWEST.replace("{same}", same)}
    ORDER BY e.last_at {{way}}, e.thread_id {{way}} LIMIT %(limit)s)"""
    return f"""SELECT * FROM (SELECT DISTINCT ON (thread_id) * FROM ({own}) found
  ORDER BY thread_id, last_at DESC) distinct_threads
  ORDER BY last_at {{way}}, thread_id {{way}} LIMIT %(limit)s"""


def _hit(search: Search, alias: str) -> str:
    """Whether an entry holds a message, or a comment, that the search is after."""
    text = (
        f"SELECT 1 FROM {MESSAGES} WHERE m.workspace_id = {{here}} AND m.deleted_at IS NULL"
        f" AND m.thread_id = {alias}.thread_id AND m.mailbox_id = {alias}.mailbox_id"
        f" AND {' AND '.join(_parts(search))}"
    )
    said = _said(search)
    if said:
        text += f" UNION ALL SELECT 1 {said} AND c.thread_id = {alias}.thread_id"
        text += f" AND c.mailbox_id = {alias}.mailbox_id"
    return f"{text} LIMIT 1"


def _conditions(
    place: str | None, unread: bool | None, narrowed: "Filter", *, accounted: bool = True
) -> tuple[str, str]:
    """What narrows entries, and the same for the newer entry of a thread that would hide one."""
    parts = []
    if place == "sent":
        parts.append("{e}.has_sent AND {e}.place NOT IN ('trash', 'spam')")
    elif place == "all":
        parts.append("{e}.place NOT IN ('trash', 'spam')")
    elif place is not None:
        parts.append("{e}.place = %(place)s")
    if unread is not None:
        parts.append(
            "{e}.unread_count > 0" if unread else f"{{e}}.unread_count = 0 AND NOT {MARKED}"
        )
    if narrowed.assignee is not None:
        parts.append("{e}.assignee_id = %(assignee)s")
    elif narrowed.is_unassigned:
        # Also where a search looks into mailboxes of others
        parts.append("{e}.assignee_id IS NULL AND {e}.mailbox_id = ANY(%(own)s)")
    if narrowed.record is not None:
        parts += [LINKED, WRITES] if accounted else [LINKED]
    parts += narrowing.conditions(narrowed.narrow)
    if narrowed.folder is not None:
        parts.append(
            "EXISTS (SELECT 1 FROM inbox_ledgerentry l JOIN inbox_message m"
            " ON m.workspace_id = l.workspace_id AND m.id = l.message_id"
            " WHERE l.workspace_id = {here} AND l.folder_id = %(folder)s"
            " AND l.missing_since IS NULL AND m.deleted_at IS NULL"
            " AND m.thread_id = {e}.thread_id AND m.mailbox_id = {e}.mailbox_id)"
        )
    text = "".join(f" AND {part}" for part in parts)
    return text.replace("{e}", "e"), text.replace("{e}", "n")


def _exactly(
    place: str | None, unread: bool | None, narrowed: "Filter", *, accounted: bool = True
) -> str:
    """What narrows entries where few are looked at: what is unread for the member among it."""
    asked = None if unread else unread
    conditions, _same = _conditions(place, asked, narrowed, accounted=accounted)
    marked = MARKED.replace("{e}", "e")
    return f"{conditions} AND (e.unread_count > 0 OR {marked})" if unread else conditions


def _searched(narrowed: "Filter", search: Search, has_cursor: bool) -> str:
    place = search.place or narrowed.place
    unread = narrowed.unread if search.unread is None else search.unread
    conditions = _exactly(place, unread, narrowed)
    parts = _parts(search)
    if parts:
        conditions += (
            " AND EXISTS (SELECT 1 FROM found WHERE found.thread_id = e.thread_id"
            " AND found.mailbox_id = e.mailbox_id)"
        )
    cursor = " AND (e.last_at, e.thread_id) {past} (%(at)s, %(thread)s)" if has_cursor else ""
    hits = f"WITH found AS MATERIALIZED ({_matching(search)}) " if parts else ""
    return f"""
  {hits}SELECT * FROM (SELECT DISTINCT ON (e.thread_id) {PICKED} FROM inbox_mailboxthread e
  WHERE e.workspace_id = {{here}} AND {_own(narrowed, True)}{conditions}
  ORDER BY e.thread_id, e.last_at DESC) e
  WHERE true{cursor} ORDER BY e.last_at {{way}}, e.thread_id {{way}} LIMIT %(limit)s"""


def _looked_up(narrowed: "Filter", source: str, has_cursor: bool) -> str:
    conditions = _exactly(narrowed.place, narrowed.unread, narrowed)
    cursor = " AND (e.last_at, e.thread_id) {past} (%(at)s, %(thread)s)" if has_cursor else ""
    return f"""
  SELECT * FROM (SELECT DISTINCT ON (e.thread_id) {PICKED} FROM inbox_mailboxthread e
  WHERE e.workspace_id = {{here}} AND {_own(narrowed, narrowed.record is not None)}
  AND e.thread_id IN ({source}){conditions}
  ORDER BY e.thread_id, e.last_at DESC, e.id DESC) e
  WHERE true{cursor} ORDER BY e.last_at {{way}}, e.thread_id {{way}} LIMIT %(limit)s"""


def _of_record(narrowed: "Filter", has_cursor: bool) -> str:
    """A record's threads: all of them put in order, and the newest that mail accounts for taken.

    OFFSET keeps the planner from asking of all of them what is asked of a page.
    """
    conditions = _exactly(narrowed.place, narrowed.unread, narrowed, accounted=False)
    readable, accounted = _of_known(narrowed), WRITES.replace("{e}", "e")
    newer = f"{readable}{conditions} AND {accounted}"
    cursor = " AND (e.last_at, e.thread_id) {past} (%(at)s, %(thread)s)" if has_cursor else ""
    return f"""
  SELECT {PICKED} FROM (SELECT e.id, e.mailbox_id, {PICKED} FROM inbox_mailboxthread e
    WHERE e.workspace_id = {{here}} AND {readable}{conditions}{cursor}
    ORDER BY e.last_at {{way}}, e.thread_id {{way}}, e.id {{way}} OFFSET 0) e
  WHERE {accounted} AND NOT EXISTS (SELECT 1 FROM (SELECT e.thread_id, e.last_at, e.id) o
    JOIN inbox_mailboxthread e ON e.workspace_id = {{here}} AND e.thread_id = o.thread_id
    WHERE e.id <> o.id AND (e.last_at, e.id) > (o.last_at, o.id) AND {newer})
  ORDER BY e.last_at {{way}}, e.thread_id {{way}} LIMIT %(limit)s"""


def _parts(search: Search) -> list[str]:
    """What is asked of a message: words, people, files and dates."""
    parts = []
    if search.tsquery:
        parts.append("b.search @@ to_tsquery('fio', %(words)s)")
    if search.senders:
        parts.append("(m.sender_address || ' ' || m.sender_name) ILIKE ALL(%(senders)s)")
    if search.recipients:
        parts.append(
            "EXISTS (SELECT 1 FROM inbox_participant p WHERE p.workspace_id = {here}"
            " AND p.message_id = m.id AND p.role IN ('to', 'cc', 'bcc')"
            " AND (p.address || ' ' || p.name) ILIKE ALL(%(recipients)s))"
        )
    if search.attachment:
        parts.append("m.attachment_count > 0")
    if search.before:
        parts.append("m.received_at < %(before)s")
    if search.after:
        parts.append("m.received_at >= %(after)s")
    return parts


def _matching(search: Search) -> str:
    """What holds a message, or a comment, that the search is after: (thread, mailbox)."""
    text = (
        f"SELECT DISTINCT m.thread_id, m.mailbox_id FROM {MESSAGES}"
        " WHERE m.workspace_id = {here} AND m.deleted_at IS NULL"
        f" AND {' AND '.join(_parts(search))}"
    )
    said = _said(search)
    return f"{text} UNION SELECT c.thread_id, c.mailbox_id {said}" if said else text


def _said(search: Search) -> str:
    """Comments with the words, where only words and days are asked for."""
    of_mail = search.senders or search.recipients or search.subjects or search.attachment
    if of_mail or all(word.startswith("!") for word in search.words):
        return ""
    parts = ["c.search @@ to_tsquery('fio', %(words)s)", "c.removed_at IS NULL"]
    parts += ["c.created_at < %(before)s"] if search.before else []
    parts += ["c.created_at >= %(after)s"] if search.after else []
    return f"FROM inbox_comment c WHERE c.workspace_id = {{here}} AND {' AND '.join(parts)}"


def probe() -> str:
    """How many messages have the words, counted no further than %(many)s."""
    return (
        f"SELECT count(*) FROM (SELECT 1 FROM inbox_messagebody b WHERE b.workspace_id = {HERE}"
        " AND b.search @@ to_tsquery('fio', %(words)s) LIMIT %(many)s) hits"
    )


def total(narrowed: "Filter", source: str = "") -> str:
    """How many threads a list of one place has, counted no further than %(most)s."""
    conditions, _same = _conditions(narrowed.place, narrowed.unread, narrowed)
    others, _same = _conditions(narrowed.place, None, narrowed)
    of_source = f" AND e.thread_id IN ({source})" if source else ""
    if source:
        found = f"""SELECT DISTINCT e.thread_id FROM inbox_mailboxthread e
  WHERE e.workspace_id = {HERE} AND e.mailbox_id = ANY(%(own)s){of_source}{conditions}
  LIMIT %(most)s"""
    else:
        found = f"""SELECT found.thread_id FROM unnest(%(own)s::bigint[]) AS box (id)
  CROSS JOIN LATERAL (
    SELECT e.thread_id FROM inbox_mailboxthread e
    WHERE e.workspace_id = {HERE} AND e.mailbox_id = box.id{conditions}
    ORDER BY e.last_at DESC, e.thread_id DESC LIMIT %(most)s) found"""
    if narrowed.unread:
        found = f"""({found}) UNION ALL (SELECT e.thread_id FROM {MARKS}
  WHERE u.workspace_id = {HERE} AND u.member_id = %(me)s AND u.mailbox_id = ANY(%(own)s)
  {of_source}{others} LIMIT %(most)s)"""
    text = f"SELECT count(DISTINCT thread_id) FROM ({found}) every_one"
    return text.replace("{sees}", linked.sees()).replace("{here}", HERE)


def matching(narrowed: "Filter", search: Search) -> str:
    """Every thread in these mailboxes that fits, by id."""
    place = search.place or narrowed.place
    unread = narrowed.unread if search.unread is None else search.unread
    conditions, parts = _exactly(place, unread, narrowed), _parts(search)
    if parts:
        conditions += f" AND (e.thread_id, e.mailbox_id) IN ({_matching(search)})"
    text = f"""SELECT DISTINCT e.thread_id FROM inbox_mailboxthread e
  WHERE e.workspace_id = {HERE} AND e.mailbox_id = ANY(%(own)s){conditions}"""
    return text.replace("{sees}", linked.sees()).replace("{here}", HERE)
