"""What a conversation belongs to, as far as the reader may know."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections

from crm.fields.queries import seen_values
from crm.workspaces.models import Membership
from inbox.models import ThreadLink
from inbox.queries import linked as seeing
from inbox.queries.sql import HERE

# A link that made itself is told to those who may read the mail that accounts for it; the
# same rule as access.links, for one thread
LINKS = """
SELECT k.id, k.kind, k.object_id, k.source, k.rule, k.why, k.by_id,
  (SELECT name FROM workspaces_membership b WHERE b.id = k.by_id AND b.workspace_id = {here}),
  (SELECT count(*) FROM inbox_linkedmessage o JOIN inbox_message om
   ON om.workspace_id = {here} AND om.id = o.message_id AND om.mailbox_id = ANY(%(seen)s)
   WHERE o.workspace_id = {here} AND o.link_id = k.id),
  r.is_seen AND (k.source = 'manual' AND {meant} OR EXISTS (
    SELECT 1 FROM inbox_message m JOIN inbox_participant w
      ON w.workspace_id = m.workspace_id AND w.message_id = m.id
    WHERE m.workspace_id = {here} AND m.thread_id = k.thread_id AND m.deleted_at IS NULL
    AND m.mailbox_id = ANY(%(seen)s) AND w.address = ANY(k.why || ARRAY(
      SELECT a.address::text FROM contacts_personemail a WHERE k.kind = 'person'
      AND a.workspace_id = {here} AND a.person_id = k.object_id)))),
  r.uid, r.name, r.owner_id, r.visibility,
  (SELECT json_agg(a.address ORDER BY a.is_primary DESC, a.id) FROM contacts_personemail a
   WHERE k.kind = 'person' AND a.workspace_id = {here} AND a.person_id = k.object_id)::text
FROM inbox_threadlink k JOIN LATERAL ({record}) r ON true
WHERE k.workspace_id = {here} AND k.thread_id = %(thread)s AND k.undone_at IS NULL
ORDER BY k.created_at, k.id""".replace("{here}", HERE).replace(
    "{meant}", seeing.meant("k", "= ANY(%(seen)s)")
)


@dataclass(frozen=True, slots=True)
class Linked:
    """A record a thread belongs to, with what says who sees it; a person with its addresses.

    Unless `is_told`, neither the record nor the link may be named to the reader.
    """

    pk: int
    kind: str
    object_id: int
    source: str
    rule: str
    why: str
    by_id: int | None
    by_name: str
    # How many messages are meant, of those the reader may read; 0 is the whole thread
    messages: int
    is_told: bool
    uid: UUID
    name: str
    owner_id: int | None
    visibility: str
    # The main one first
    addresses: list[str]

    @property
    def is_by_hand(self) -> bool:
        return self.source == ThreadLink.Source.MANUAL


def linked(member: Membership, thread_id: int, mailbox_ids: Sequence[int]) -> list[Linked]:
    """The links of a thread to records outside the trash, in one query.

    Those are told that are of records the member sees, and made by hand or accounted for by
    what lies in these mailboxes.
    """
    values = {"thread": thread_id, "seen": list(mailbox_ids), **seen_values(member)}
    with connections["default"].cursor() as cursor:
        cursor.execute(LINKS.replace("{record}", seeing.record()), values)
        rows: list[Any] = cursor.fetchall()
    return [
        _linked([*row[:7], row[7] or "", *row[8:14], json.loads(row[14] or "[]")]) for row in rows
    ]


def _linked(values: list[Any]) -> Linked:
    return Linked(*values)
