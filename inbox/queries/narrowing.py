"""What lists can be narrowed to besides place and mailbox, as SQL.

Each condition is asked of a list row `{e}`. Those that few rows may fit also say where to look
their threads up, so that nobody walks through 200,000 rows to find five.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from inbox.models import MailboxThread
from inbox.queries import linked

# Of more threads than this, walking back in time mostly finds a page sooner …
FEW = 3_000
# … and of more than this always: else they may all be old
MANY = 10_000


@dataclass(frozen=True, slots=True)
class Narrow:
    """Conditions that all hold; None and empty ones ask nothing."""

    label: int | None = None
    # To any record that the member sees, or to none
    linked: bool | None = None
    # To an open deal
    deal_open: bool = False
    # To a person
    contact: bool = False
    attachment: bool | None = None
    # Whose answer is awaited: me or them
    awaiting: str = ""
    # Given to somebody
    assigned: bool = False
    # Holding mail that left with tracking
    tracked: bool | None = None

    def __bool__(self) -> bool:
        return self != NOTHING


NOTHING = Narrow()


class Source(NamedTuple):
    """A statement that finds the threads which may fit, and whether too many to look all up."""

    text: str
    is_many: bool


# The list is walked
NOWHERE = Source("", False)
LABELLED = """EXISTS (SELECT 1 FROM inbox_threadlabel l WHERE l.workspace_id = {here}
    AND l.label_id = %(label)s AND l.mailbox_id = {e}.mailbox_id
    AND l.thread_id = {e}.thread_id)"""

# A link that what this mailbox holds accounts for, and not only a colleague's mail. OFFSET keeps
# the planner from a table of addresses for each thread, which takes longer than to look one up
LINK = """EXISTS (SELECT 1 FROM inbox_threadlink k WHERE k.workspace_id = {here}
    AND k.thread_id = {e}.thread_id AND k.undone_at IS NULL{kind} AND {sees{one}}
    AND (k.source = 'manual' AND {meant} OR EXISTS (SELECT 1 FROM inbox_message wm
      JOIN inbox_participant wp ON wp.workspace_id = wm.workspace_id AND wp.message_id = wm.id
      WHERE wm.workspace_id = {here} AND wm.thread_id = {e}.thread_id
      AND wm.mailbox_id = {e}.mailbox_id AND wm.deleted_at IS NULL
      AND (wp.address = k.why OR (k.kind = 'person' AND EXISTS (
        SELECT 1 FROM contacts_personemail a WHERE a.workspace_id = {here}
        AND a.person_id = k.object_id AND a.address = wp.address OFFSET 0))))))""".replace(
    "{meant}", linked.meant("k", "= {e}.mailbox_id")
)
DEAL = """ AND k.kind = 'deal' AND k.object_id IN (SELECT d.id FROM deals_deal d
    WHERE d.workspace_id = {here} AND d.status = 'open' AND d.trashed_at IS NULL)"""
PERSON = " AND k.kind = 'person'"

# A person wrote last, to few
HUMAN = """{e}.last_direction = 'in' AND (SELECT hm.kind = 'mail' AND NOT hm.is_bulk
    FROM inbox_message hm WHERE hm.workspace_id = {here} AND hm.thread_id = {e}.thread_id
    AND hm.mailbox_id = {e}.mailbox_id AND hm.deleted_at IS NULL
    ORDER BY hm.received_at DESC LIMIT 1)"""

# A place that is more than one is asked of the rows themselves
OF_UNREAD = """SELECT g.thread_id FROM inbox_mailboxthread g WHERE g.workspace_id = {here}
    AND g.mailbox_id = ANY(%(own)s) AND g.unread_count > 0
    AND (%(place)s::text IS NULL OR %(place)s IN ('all', 'sent') OR g.place = %(place)s)
    UNION ALL SELECT u.thread_id FROM inbox_threadunread u WHERE u.workspace_id = {here}
    AND u.member_id = %(me)s AND u.mailbox_id = ANY(%(own)s)"""
OF_ASSIGNED = """SELECT g.thread_id FROM inbox_mailboxthread g WHERE g.workspace_id = {here}
    AND g.mailbox_id = ANY(%(own)s) AND g.assignee_id IS NOT NULL"""
OF_TRACKED = """SELECT g.thread_id FROM inbox_mailboxthread g WHERE g.workspace_id = {here}
    AND g.mailbox_id = ANY(%(own)s) AND g.is_tracked"""
OF_LABEL = """SELECT l.thread_id FROM inbox_threadlabel l WHERE l.workspace_id = {here}
    AND l.label_id = %(label)s AND l.mailbox_id = ANY(%(own)s)"""
OF_LINK = """SELECT k.thread_id FROM inbox_threadlink k
    WHERE k.workspace_id = {here} AND k.undone_at IS NULL{kind}"""


def conditions(narrow: Narrow) -> list[str]:
    """What each row must fit; its values are %(label)s and those of `seen_values`."""
    found = []
    if narrow.label is not None:
        found.append(LABELLED)
    if narrow.linked is not None:
        found.append(f"{'' if narrow.linked else 'NOT '}{_link()}")
    if narrow.deal_open:
        found.append(_link(DEAL, "_deal"))
    if narrow.contact:
        found.append(_link(PERSON, "_person"))
    if narrow.attachment is not None:
        found.append(f"{'' if narrow.attachment else 'NOT '}{{e}}.has_attachment")
    if narrow.awaiting == "me":
        found.append(HUMAN)
    elif narrow.awaiting:
        found.append("{e}.last_direction = 'out'")
    if narrow.assigned:
        found.append("{e}.assignee_id IS NOT NULL")
    if narrow.tracked is False:
        found.append("NOT {e}.is_tracked")
    return found


def _link(kind: str = "", one: str = "") -> str:
    return LINK.replace("{kind}", kind).replace("{one}", one)


def asks_links(narrow: Narrow) -> bool:
    """Whether each thread's links are looked at, and the mail that accounts for them."""
    return narrow.linked is not None or narrow.deal_open or narrow.contact


def sources(narrow: Narrow, *, is_unread: bool = False) -> list[str]:
    """Where the threads that fit can be looked up, one statement for each condition."""
    found = [OF_UNREAD] if is_unread else []
    if narrow.label is not None:
        found.append(OF_LABEL)
    if narrow.deal_open:
        found.append(OF_LINK.replace("{kind}", DEAL))
    if narrow.contact:
        found.append(OF_LINK.replace("{kind}", PERSON))
    if narrow.linked:
        found.append(OF_LINK.replace("{kind}", ""))
    if narrow.assigned:
        found.append(OF_ASSIGNED)
    if narrow.tracked:
        found.append(OF_TRACKED)
    return found


def rarest(
    cursor: Any, narrow: Narrow, values: dict[str, Any], here: str, *, is_unread: bool = False
) -> Source:
    """The source with the fewest threads, or NOWHERE where all have very many or there is none.

    One query where there is any, which counts no further than MANY. Of what is unread only FEW
    are of use: some of it is no row of the walk, which must then be walked to its end.

    What an index has in the order of the list is walked if it is the fewest: what is tracked, what
    is unread in a place that is one, and a label, whose rows are walked instead of the mailbox's.
    """
    listed, most = sources(narrow, is_unread=is_unread), FEW if is_unread else MANY
    if not listed:
        return NOWHERE
    counts = ", ".join(
        f"(SELECT count(*) FROM ({each} LIMIT {most}) s{at})" for at, each in enumerate(listed)
    )
    cursor.execute(f"SELECT {counts}".replace("{here}", here), values)
    count, text = min(zip(cursor.fetchone(), listed, strict=True))
    if count >= most:
        text = OF_LABEL if OF_LABEL in listed and values["record"] is None else ""
    # "all" and "sent" are no place that an index of what is unread begins with
    is_one = values["place"] in MailboxThread.Place.values
    walked = (OF_TRACKED, OF_UNREAD) if is_one else (OF_TRACKED,)
    return NOWHERE if text in ("", *walked) else Source(text, count >= FEW and text != OF_LABEL)
