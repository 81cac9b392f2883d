"""The mails of a record, one by one, as its history tells them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.fields.queries import seen_values
from crm.timeline.queries.slots import Beside, Place, Slot
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statement
from inbox.models import Message
from inbox.queries import access, linked, sql

# A whole thread, or single messages where some were linked
MEANT = """(NOT EXISTS (SELECT 1 FROM inbox_linkedmessage o
    WHERE o.workspace_id = {here} AND o.link_id = l.id)
  OR EXISTS (SELECT 1 FROM inbox_linkedmessage o
    WHERE o.workspace_id = {here} AND o.link_id = l.id AND o.message_id = m.id))"""

# The conversations of a record by their newest mail that the member may read, or later: a row of
# the list tells its last one, and only of those that go on beyond a place the one before it is
# looked up. They cannot be more than the mails that are wanted, so all others need not be looked
# at; those of the same moment come with them, since a page may begin between two such mails.
NEWEST = f"""{sql.KNOWN}
SELECT thread_id, max(at) AS newest FROM (
  SELECT l.thread_id, CASE WHEN %(at)s::timestamptz IS NULL OR e.last_at <= %(at)s THEN e.last_at
    ELSE (SELECT m.received_at FROM inbox_message m WHERE m.workspace_id = {{here}}
      AND m.thread_id = e.thread_id AND m.mailbox_id = e.mailbox_id AND m.deleted_at IS NULL
      AND m.received_at <= %(at)s ORDER BY m.received_at DESC LIMIT 1) END AS at
  FROM inbox_threadlink l JOIN inbox_mailboxthread e
    ON e.workspace_id = {{here}} AND e.thread_id = l.thread_id AND e.trashed_at IS NULL
  WHERE l.workspace_id = {{here}} AND l.undone_at IS NULL
  AND l.kind = %(kind)s AND l.object_id = %(record)s AND {sql.OF_KNOWN}) row
GROUP BY thread_id HAVING max(at) IS NOT NULL
ORDER BY newest DESC FETCH FIRST %(width)s ROWS WITH TIES"""


# Their mails beyond a place. A link that made itself counts where mail accounts for it that the
# member may read; the same mail in several mailboxes is told once.
TOLD = f"""{sql.KNOWN}, open AS MATERIALIZED (
  SELECT e.thread_id, e.mailbox_id, e.trashed_at FROM inbox_mailboxthread e
  WHERE e.workspace_id = {{here}} AND e.thread_id = ANY(%(threads)s) AND {sql.OF_KNOWN}
), links AS MATERIALIZED (
  SELECT l.id, l.thread_id FROM inbox_threadlink l
  WHERE l.workspace_id = {{here}} AND l.thread_id = ANY(%(threads)s) AND l.undone_at IS NULL
  AND l.kind = %(kind)s AND l.object_id = %(record)s AND (l.source = 'manual' OR EXISTS (
    SELECT 1 FROM open JOIN inbox_message m ON m.workspace_id = {{here}}
      AND m.thread_id = open.thread_id AND m.mailbox_id = open.mailbox_id AND m.deleted_at IS NULL
    JOIN inbox_participant w ON w.workspace_id = {{here}} AND w.message_id = m.id
    WHERE open.thread_id = l.thread_id AND w.address = ANY(l.why || ARRAY(
      SELECT a.address::text FROM contacts_personemail a WHERE l.kind = 'person'
      AND a.workspace_id = {{here}} AND a.person_id = l.object_id))))
), once AS (
  SELECT DISTINCT ON (m.thread_id, coalesce(m.rfc_id, m.id::text)) m.id, m.received_at
  FROM links l JOIN open ON open.thread_id = l.thread_id AND open.trashed_at IS NULL
  JOIN inbox_message m ON m.workspace_id = {{here}} AND m.thread_id = open.thread_id
    AND m.mailbox_id = open.mailbox_id AND m.deleted_at IS NULL
  WHERE {MEANT} ORDER BY m.thread_id, coalesce(m.rfc_id, m.id::text), m.received_at DESC, m.id DESC
)
SELECT id, received_at FROM once WHERE %(at)s::timestamptz IS NULL OR received_at < %(at)s
OR received_at = %(at)s AND id < %(past)s ORDER BY received_at DESC, id DESC LIMIT %(most)s"""
LAST = 2**63 - 1


class Letter(NamedTuple):
    """What a history shows of a mail."""

    pk: int
    thread_uid: UUID
    subject: str
    snippet: str
    sender_name: str
    sender_address: str
    direction: str
    attachment_count: int
    received_at: datetime


def letters(member: Membership, record: Any, after: Place | None, most: int) -> list[Beside]:
    """The mails of a record's threads that the member may read, the newest first.

    The same mail in several mailboxes is told once; what lies in the trash is left out, and
    where single messages were linked, all others. Four queries, and one for what the member
    sees; two more where much of the newest is not told.
    """
    values = {
        "own": access.mailbox_ids(member),
        "me": member.pk,
        "kind": record.kind(),
        "record": record.pk,
        "at": after.at if after else None,
        "past": after.pk if after and after.in_slot else LAST,
        "most": most,
        **seen_values(member),
    }
    found = _found(values, most)
    if not found:
        return []
    rows = (Letter(*row) for row in SHOWN.rows(pks=found))
    return [Beside(row.received_at, row.pk, row) for row in rows]


def _shown() -> QuerySet[Any, Any]:
    rows = Message.objects.filter(pk__among=Given("pks")).order_by("-received_at", "-pk")
    named = ("thread__uid" if name == "thread_uid" else name for name in Letter._fields)
    found: QuerySet[Any, Any] = rows.values_list(*named)
    return found


SHOWN = Statement(_shown)


def _found(values: Mapping[str, Any], most: int) -> list[int]:
    """The newest mails beyond a place, by id."""
    # One more for the conversation whose mail ended the page before
    width = most + 1
    while True:
        threads = _asked(NEWEST, {**values, "width": width})
        known = [thread for thread, _at in threads]
        found = _asked(TOLD, {**values, "threads": known}) if known else []
        if len(threads) < width:
            break
        # Copies, single messages, what came back and what a colleague's mail alone accounts for
        # took places: whatever was not looked at may be newer than what was found
        if len(found) == most and found[-1][1] >= threads[-1][1]:
            break
        width *= 4
    return [pk for pk, _at in found]


def _asked(text: str, values: Mapping[str, Any]) -> list[tuple[int, Any]]:
    text = text.replace("{sees}", linked.sees()).replace("{here}", sql.HERE)
    with connections["default"].cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


SLOT = Slot("mail", _("E-mail"), "inbox/letter.html", letters)
