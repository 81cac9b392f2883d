"""How the rows of a list are found: walked from the newest down, looked up, or searched.

A list walks an index of each mailbox that is in its order, all of them side by side, so that no
more rows are looked at than it takes to fill a page, whatever the size of a mailbox; a search
finds messages first and shows their threads.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from inbox.queries import hits, linked, narrowing, sql
from inbox.queries.search import Search

if TYPE_CHECKING:
    from inbox.queries.lists import Filter

KEPT = f"e.id, e.mailbox_id, e.unread_count, e.is_tracked, {sql.PICKED}"
ORDER = "ORDER BY e.last_at {way}, e.thread_id {way}"
# The planner does not cross a limit, however high: what is asked of a page would otherwise be asked
# of all there is. And it keeps the way in mind that finds the first rows soonest
FENCE = f"LIMIT {2**63 - 1}"
# So many of the newest rows are looked at before threads are looked up that may all be old
NEAR = 600
# What a label says of the order of its entries is asked of it alone
IN_ITS_ORDER = KEPT.replace("e.last_at", "l.last_at").replace("e.thread_id", "l.thread_id")
CURSOR = " AND (e.last_at, e.thread_id) {past} (%(at)s, %(thread)s)"


def statement(
    narrowed: "Filter",
    search: Search,
    *,
    has_cursor: bool,
    is_common: bool,
    boxes: int,
    is_upwards: bool = False,
    is_near: bool = False,
    source: str = "",
) -> str:
    """The statement for a filter; its values are named parameters.

    `source` finds the threads that may fit, where they are few. The list is of so many
    mailboxes, each a value of its own: %(box0)s, %(box1)s, … With `is_near` no more than the
    nearest NEAR of their rows are looked at.

    Its rows come after the cursor, or upwards: the nearest ones from the cursor on.

    Rare words are looked up and their threads shown. Common ones would be looked up for
    longer than it takes to walk back in time until a page is full.
    """
    beyond = bool(search) or narrowed.record is not None
    of_record = narrowed.record is not None and not search and not source
    readable = _of_known(narrowed) if of_record else _own(narrowed, beyond)
    is_labelled = source == narrowing.OF_LABEL and narrowed.record is None
    if source and not search and not is_labelled:
        picked = _looked_up(narrowed, source, has_cursor)
    elif of_record:
        picked = _of_record(narrowed, has_cursor)
    elif beyond and not is_common:
        picked = _searched(narrowed, search, has_cursor)
    else:
        fence = f"LIMIT {NEAR}" if is_near else FENCE
        picked = _walked(narrowed, search, has_cursor, boxes, fence, is_labelled=is_labelled)
    begin = f"{sql.KNOWN}," if of_record else "WITH"
    text = f"{begin} picked AS ({picked}){sql.FOLDED}{sql.COLUMNS}"
    way, past = ("ASC", ">=") if is_upwards else ("DESC", "<")
    text = text.replace("{way}", way).replace("{past}", past).replace("{readable}", readable)
    return linked.with_seen(text).replace("{here}", sql.HERE)


def _own(narrowed: "Filter", beyond: bool) -> str:
    if beyond and narrowed.mailbox is None:
        return sql.SHARED
    return "e.mailbox_id = ANY(%(own)s)"


def _of_known(narrowed: "Filter") -> str:
    return sql.OF_KNOWN if narrowed.mailbox is None else _own(narrowed, False)


def _streamed(narrow: sql.Conditions, boxes: int, *, beyond: str = "", fence: str = FENCE) -> str:
    """Entries of the mailboxes that fit by their own columns, the newest first."""
    rows = _merged(KEPT, "inbox_mailboxthread", boxes, f"{narrow.plain}{beyond}")
    return f"(SELECT * FROM ({rows}) e {ORDER} {fence}) e"


def _labelled(narrow: sql.Conditions, boxes: int, *, beyond: str = "") -> str:
    """The same of a label's entries."""
    whose = f" AND e.label_id = %(label)s{beyond}"
    return _followed("inbox_threadlabel", whose, boxes, narrow.plain)


def _marked(narrow: sql.Conditions, boxes: int, *, beyond: str = "") -> str:
    """The same of entries that a colleague has read and the member has not."""
    whose = f" AND e.member_id = %(me)s{beyond}"
    return _followed("inbox_threadunread", whose, boxes, f" AND e.unread_count = 0{narrow.plain}")


def _followed(table: str, whose: str, boxes: int, plain: str) -> str:
    """Entries in the order of a table that follows them, each looked up when its turn comes."""
    rows = _merged("e.thread_id, e.mailbox_id, e.last_at", table, boxes, whose)
    return f"""(SELECT {IN_ITS_ORDER} FROM (SELECT * FROM ({rows}) e {ORDER} {FENCE}) l
      CROSS JOIN LATERAL (SELECT * FROM inbox_mailboxthread e WHERE e.workspace_id = {{here}}
        AND e.thread_id = l.thread_id AND e.mailbox_id = l.mailbox_id{plain} {FENCE}) e
      ORDER BY l.last_at {{way}}, l.thread_id {{way}} {FENCE}) e"""


def _merged(columns: str, table: str, boxes: int, asked: str) -> str:
    """The rows of each mailbox as an index has them, to be merged into one order."""
    each = [f"e.mailbox_id = %(box{n})s" for n in range(boxes)] or ["false"]
    return " UNION ALL ".join(
        f"(SELECT {columns} FROM {table} e"
        f" WHERE e.workspace_id = {{here}} AND {box}{asked} {ORDER} {FENCE})"
        for box in each
    )


def _case(asked: str) -> str:
    return f"CASE WHEN true{asked} THEN true ELSE false END" if asked else "true"


def _once(asked: sql.Conditions, same: str, boxes: int) -> str:
    """What is asked of entries of several mailboxes, of which each thread is shown once."""
    if boxes < 2:
        return asked.dear
    if asked.slow:
        return asked.quick + sql.FITS.replace("{same}", same)
    return asked.quick + sql.NEWEST.replace("{same}", same)


def _walked(
    narrowed: "Filter",
    search: Search,
    has_cursor: bool,
    boxes: int,
    fence: str,
    *,
    is_labelled: bool = False,
) -> str:
    place = search.place or narrowed.place
    unread = narrowed.unread if search.unread is None else search.unread
    narrow = sql.conditions(place, unread, narrowed)
    asked = hits.parts(search)
    # LIMIT keeps the planner from looking everything up at once
    hit = f" CROSS JOIN LATERAL ({hits.hit(search, 'e')}) hit" if asked else ""
    same = narrow.same + (f" AND EXISTS ({hits.hit(search, 'n')})" if asked else "")
    newest = sql.NEWEST.replace("{same}", same)
    cursor = CURSOR if has_cursor else ""
    if is_labelled:
        rows, of_own = _labelled(narrow, boxes, beyond=cursor), _besides_label(narrowed)
    else:
        rows, of_own = _streamed(narrow, boxes, beyond=cursor, fence=fence), narrow
    fits = f"{of_own.dear}{newest}" if asked and boxes > 1 else _once(of_own, narrow.same, boxes)
    own = f"""SELECT {sql.PICKED} FROM {rows}{hit}
    WHERE {_case(fits)} {ORDER} LIMIT %(limit)s"""
    others = []
    if unread:
        other = sql.conditions(place, None, narrowed)
        others.append(f"""SELECT {sql.PICKED} FROM {_marked(other, boxes, beyond=cursor)}{hit}
    WHERE {_case(other.dear)}""")
    if asked and narrowed.mailbox is None:
        others.append(f"""SELECT {sql.PICKED} FROM (SELECT {KEPT} FROM inbox_mailboxthread e
      WHERE e.workspace_id = {{here}} AND e.visibility = 'shared'
      AND e.mailbox_id <> ALL(%(own)s){narrow.plain}{cursor} {ORDER} {FENCE}) e{hit}
    WHERE {_case(f" AND {sql.SHARED}{narrow.dear}{newest}")}""")
        others.append(f"""SELECT {sql.PICKED} FROM inbox_threadguest g JOIN inbox_mailboxthread e
    ON e.workspace_id = {{here}} AND e.thread_id = g.thread_id AND e.mailbox_id = g.mailbox_id{hit}
    WHERE g.workspace_id = {{here}} AND g.member_id = %(me)s AND e.visibility <> 'shared'
    AND e.mailbox_id <> ALL(%(own)s){narrow.all}{cursor}{newest}""")
    if not others:
        return own
    found = " UNION ALL ".join(f"({each} {ORDER} LIMIT %(limit)s)" for each in others)
    return f"""SELECT * FROM (SELECT DISTINCT ON (thread_id) *
    FROM (({own}) UNION ALL {found}) found ORDER BY thread_id, last_at DESC) e
  {ORDER} LIMIT %(limit)s"""


def _searched(narrowed: "Filter", search: Search, has_cursor: bool) -> str:
    place = search.place or narrowed.place
    unread = narrowed.unread if search.unread is None else search.unread
    conditions = sql.exactly(place, unread, narrowed).all
    asked = hits.parts(search)
    if asked:
        conditions += (
            " AND EXISTS (SELECT 1 FROM found WHERE found.thread_id = e.thread_id"
            " AND found.mailbox_id = e.mailbox_id)"
        )
    ahead = f"WITH found AS MATERIALIZED ({hits.matches(search)}) " if asked else ""
    return f"""
  {ahead}SELECT * FROM (SELECT DISTINCT ON (e.thread_id) {sql.PICKED} FROM inbox_mailboxthread e
  WHERE e.workspace_id = {{here}} AND {_own(narrowed, True)}{conditions}
  ORDER BY e.thread_id, e.last_at DESC) e
  WHERE true{CURSOR if has_cursor else ""} {ORDER} LIMIT %(limit)s"""


def _looked_up(narrowed: "Filter", source: str, has_cursor: bool) -> str:
    narrow = sql.exactly(narrowed.place, narrowed.unread, narrowed)
    readable, beyond = _own(narrowed, narrowed.record is not None), CURSOR if has_cursor else ""
    each = f"SELECT DISTINCT thread_id FROM ({source}) o"
    return _ordered(narrow, readable, _among(each, readable, narrow, beyond=beyond))


def _of_record(narrowed: "Filter", has_cursor: bool) -> str:
    """A record's threads: all of them put in order, and the newest that mail accounts for taken."""
    narrow = sql.exactly(narrowed.place, narrowed.unread, narrowed)
    readable, beyond = _of_known(narrowed), CURSOR if has_cursor else ""
    return _ordered(narrow, readable, _among(sql.OF_RECORD, readable, narrow, beyond=beyond))


def _besides_label(narrowed: "Filter") -> sql.Conditions:
    """What is asked of entries that were found by their label."""
    rest = replace(narrowed, narrow=replace(narrowed.narrow, label=None))
    return sql.conditions(narrowed.place, narrowed.unread, rest)


def _ordered(narrow: sql.Conditions, readable: str, rows: str) -> str:
    """Few enough entries to be put in order; of a thread the newest one that fits."""
    return f"""SELECT {sql.PICKED} FROM (SELECT {KEPT} FROM {rows} {ORDER}, e.id {{way}} {FENCE}) e
  WHERE {_case(narrow.quick)} AND e.id = (SELECT e.id FROM (SELECT e.thread_id) o
    JOIN inbox_mailboxthread e ON e.workspace_id = {{here}} AND e.thread_id = o.thread_id
    WHERE {readable}{narrow.all} ORDER BY e.last_at DESC, e.id DESC LIMIT 1)
  {ORDER} LIMIT %(limit)s"""


def _among(source: str, readable: str, narrow: sql.Conditions, *, beyond: str = "") -> str:
    """The entries of a source's threads, looked up one by one and not read all.

    Which mailbox it is, is asked of the few entries of a thread: an index that is asked for each
    of many mailboxes takes as often as long.
    """
    return f"""({source}) s CROSS JOIN LATERAL (SELECT {KEPT} FROM
      (SELECT * FROM inbox_mailboxthread e WHERE e.workspace_id = {{here}}
        AND e.thread_id = s.thread_id OFFSET 0) e
      WHERE {readable}{narrow.plain}{beyond} {FENCE}) e"""


def total(narrowed: "Filter", boxes: int, source: str = "") -> str:
    """How many threads a list of one place has, counted no further than %(most)s."""
    is_walked = source in ("", narrowing.OF_LABEL)
    as_asked = sql.conditions if is_walked else sql.exactly
    narrow = as_asked(narrowed.place, narrowed.unread, narrowed)
    asked = narrow
    if source == narrowing.OF_LABEL:
        rows, asked = _labelled(narrow, boxes), _besides_label(narrowed)
    elif source:
        found = f"SELECT DISTINCT thread_id FROM ({source}) o"
        rows = _among(found, "e.mailbox_id = ANY(%(own)s)", narrow)
    else:
        rows = _streamed(narrow, boxes)
    fits = _case(_once(asked, narrow.same, boxes))
    found = f"SELECT e.thread_id FROM {rows} WHERE {fits} LIMIT %(most)s"
    if narrowed.unread and is_walked:
        # Where enough are unread for everybody, nobody looks at what is so for the member alone
        other = sql.conditions(narrowed.place, None, narrowed)
        found = f"""WITH common AS MATERIALIZED ({found}) SELECT thread_id FROM common UNION ALL
  (SELECT e.thread_id FROM {_marked(other, boxes)}
  WHERE (SELECT count(*) < %(most)s FROM common) AND {_case(other.dear)} LIMIT %(most)s)"""
    text = f"SELECT count(DISTINCT thread_id) FROM ({found}) every_one"
    return linked.with_seen(text.replace("{way}", "DESC")).replace("{here}", sql.HERE)


def matching(narrowed: "Filter", search: Search) -> str:
    """Every thread in these mailboxes that fits, by id."""
    place = search.place or narrowed.place
    unread = narrowed.unread if search.unread is None else search.unread
    conditions = sql.exactly(place, unread, narrowed).all
    if hits.parts(search):
        conditions += f" AND (e.thread_id, e.mailbox_id) IN ({hits.matches(search)})"
    text = f"""SELECT DISTINCT e.thread_id FROM inbox_mailboxthread e
  WHERE e.workspace_id = {sql.HERE} AND e.mailbox_id = ANY(%(own)s){conditions}"""
    return linked.with_seen(text).replace("{here}", sql.HERE)
