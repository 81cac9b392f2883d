"""Which messages of a conversation a page shows: the first one and the newest, by their headers.

Nothing here reads what a message says, so that a conversation of thousands costs as
much as one of fifty. A mail that lies in several visible mailboxes is counted once: the
member's own copy where there is one, else the one that came first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from inbox.models import Message
from inbox.queries.sql import HERE

NEWEST = 50
EARLIER = 100
# What stays shown while mail keeps coming into an open conversation
MOST = 500

COLUMNS = (
    "id workspace_id uid mailbox_id thread_id blob_id rfc_id subject sender_name sender_address"
    " snippet sent_at received_at direction kind quality is_read has_html attachment_count"
    " recipient_count size bounce is_tracked"
).split()

ONCE = """ AND (m.rfc_id IS NULL OR m.mailbox_id = (
    SELECT o.mailbox_id FROM inbox_message o WHERE o.workspace_id = {here}
    AND o.rfc_id = m.rfc_id AND o.thread_id = m.thread_id
    AND o.mailbox_id = ANY(%(seen)s) AND o.deleted_at IS NULL
    ORDER BY o.mailbox_id = ANY(%(own)s) DESC, o.received_at, o.id LIMIT 1))"""

VISIBLE = """WITH visible AS NOT MATERIALIZED (
  SELECT m.id, m.received_at, m.mailbox_id, m.kind FROM inbox_message m
  WHERE m.workspace_id = {here} AND m.thread_id = %(thread)s AND m.mailbox_id = ANY(%(seen)s)
  AND m.deleted_at IS NULL{once})"""

SELECT = """
SELECT {columns}, (SELECT count(*) FROM visible{counted}) AS counted
FROM inbox_message m WHERE m.workspace_id = {here} AND m.id IN ({picked})
ORDER BY m.received_at, m.id"""

FIRST = "(SELECT id FROM visible ORDER BY received_at, id LIMIT 1)"
LAST = "(SELECT id FROM visible{where} ORDER BY received_at DESC, id DESC LIMIT %(limit)s)"
SINCE = " WHERE (received_at, id) >= (%(at)s, %(id)s)"
BEFORE = " WHERE (received_at, id) < (%(at)s, %(id)s)"
OWN = " WHERE mailbox_id = ANY(%(own)s)"
LETTER = f"{OWN} AND kind <> 'bounce'"


@dataclass(frozen=True, slots=True)
class Seen:
    """A thread and the mailboxes of it that the member may read, his own ones told apart."""

    thread_id: int
    mailbox_ids: Sequence[int]
    own_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Window:
    """Headers, oldest first; `earlier` messages more lie behind the first of them."""

    messages: list[Message]
    earlier: int


def window(seen: Seen, since: UUID | None = None) -> Window:
    """The first message and the newest ones, or all from `since` on; one query, two with it."""
    at = _position(seen, since)
    picked = f"{FIRST} UNION {LAST.replace('{where}', SINCE if at else '')}"
    rows = _rows(seen, picked, at=at, limit=MOST if at else NEWEST)
    return Window(rows, _counted(rows) - len(rows))


def earlier(seen: Seen, before: UUID | None) -> Window:
    """Some of the messages before one that is shown, without the very first; in two queries.

    None is the end. Raises Message.DoesNotExist where the member sees no such message in
    the thread.
    """
    at = _position(seen, before)
    if before is not None and at is None:
        raise Message.DoesNotExist
    where = BEFORE if at else ""
    picked = LAST.replace("{where}", where)
    rows = _rows(seen, picked, counted=where, at=at, limit=EARLIER)
    count = _counted(rows)
    # The first message of all stands above them already
    return Window(rows, count - len(rows) - 1) if count > len(rows) else Window(rows[1:], 0)


def last_own(seen: Seen) -> Message | None:
    """The newest message in one of the member's own mailboxes, a delivery report only for want
    of another: nobody reads what is answered to that.
    """
    for where in (LETTER, OWN):
        rows = _rows(seen, LAST.replace("{where}", where), limit=1)
        if rows:
            return rows[0]
    return None


def _position(seen: Seen, uid: UUID | None) -> tuple[datetime, int] | None:
    if uid is None:
        return None
    shown = Message.objects.filter(
        uid=uid, thread=seen.thread_id, mailbox__in=seen.mailbox_ids, deleted_at=None
    )
    found: tuple[datetime, int] | None = shown.values_list("received_at", "pk").first()
    return found


def _rows(
    seen: Seen,
    picked: str,
    *,
    limit: int,
    counted: str = "",
    at: tuple[datetime, int] | None = None,
) -> list[Message]:
    values: dict[str, Any] = {
        "thread": seen.thread_id,
        "seen": list(seen.mailbox_ids),
        "own": list(seen.own_ids),
        "limit": limit,
    }
    if at is not None:
        values |= {"at": at[0], "id": at[1]}
    text = (VISIBLE + SELECT).replace("{once}", ONCE if len(seen.mailbox_ids) > 1 else "")
    text = text.replace("{picked}", picked).replace("{counted}", counted)
    text = text.replace("{columns}", ", ".join(f"m.{name}" for name in COLUMNS))
    return list(Message.objects.raw(text.replace("{here}", HERE), values))


def _counted(rows: list[Message]) -> int:
    return int(getattr(rows[0], "counted", 0)) if rows else 0
