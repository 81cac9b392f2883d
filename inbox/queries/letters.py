"""The mails of a record, one by one, as its history tells them."""

from collections.abc import Mapping
from typing import Any

from django.db import connections
from django.utils.translation import gettext_lazy as _

from crm.fields.queries import seen_values
from crm.timeline.queries.slots import Beside, Place, Slot
from crm.workspaces.models import Membership
from inbox.models import Message
from inbox.queries import access, linked, sql

# A whole thread, or single messages where some were linked
MEANT = """(NOT EXISTS (SELECT 1 FROM inbox_linkedmessage o
    WHERE o.workspace_id = {here} AND o.link_id = l.id)
  OR EXISTS (SELECT 1 FROM inbox_linkedmessage o
    WHERE o.workspace_id = {here} AND o.link_id = l.id AND o.message_id = m.id))"""

# The conversations of a record by the newest of their mails that the member may read. They
# cannot be more than the mails that are wanted, so all others need not be looked at; those of
# the same moment come with them, since a page may begin between two such mails.
NEWEST = f"""
SELECT l.thread_id FROM inbox_threadlink l CROSS JOIN LATERAL (
  SELECT m.received_at AS at FROM inbox_message m JOIN inbox_mailboxthread e
    ON e.workspace_id = m.workspace_id AND e.thread_id = m.thread_id
    AND e.mailbox_id = m.mailbox_id AND e.trashed_at IS NULL
  WHERE m.workspace_id = {{here}} AND m.thread_id = l.thread_id AND m.deleted_at IS NULL
  AND {sql.SHARED} AND (%(at)s::timestamptz IS NULL OR m.received_at <= %(at)s)
  AND {MEANT} ORDER BY m.received_at DESC LIMIT 1) newest
WHERE l.workspace_id = {{here}} AND l.undone_at IS NULL
AND l.kind = %(kind)s AND l.object_id = %(record)s
ORDER BY newest.at DESC FETCH FIRST %(width)s ROWS WITH TIES"""


# Their mails beyond a place. A link that made itself counts where mail accounts for it that the
# member may read; the same mail in several mailboxes is told once.
TOLD = f"""
WITH open AS MATERIALIZED (
  SELECT e.thread_id, e.mailbox_id, e.trashed_at FROM inbox_mailboxthread e
  WHERE e.workspace_id = {{here}} AND e.thread_id = ANY(%(threads)s) AND {sql.SHARED}
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
SELECT id FROM once WHERE %(at)s::timestamptz IS NULL OR received_at < %(at)s
OR received_at = %(at)s AND id < %(past)s ORDER BY received_at DESC, id DESC LIMIT %(most)s"""
LAST = 2**63 - 1


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
    width = most
    while True:
        threads = _asked(NEWEST, {**values, "width": width})
        found = _asked(TOLD, {**values, "threads": threads}) if threads else []
        # Copies and what a colleague's mail alone accounts for took places: look further
        if len(found) == most or len(threads) < width:
            break
        width *= 4
    rows = Message.objects.filter(pk__in=found).select_related("thread")
    told = sorted(rows, key=lambda row: (row.received_at, row.pk), reverse=True) if found else []
    return [Beside(row.received_at, row.pk, row) for row in told]


def _asked(text: str, values: Mapping[str, Any]) -> list[int]:
    text = text.replace("{sees}", linked.sees()).replace("{here}", sql.HERE)
    with connections["default"].cursor() as cursor:
        cursor.execute(text, values)
        return [pk for (pk,) in cursor.fetchall()]


SLOT = Slot("mail", _("E-mail"), "inbox/letter.html", letters)
