"""Whom a conversation belongs to, as far as the reader may know."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connections

from crm.fields.queries import SEEN, seen_values
from crm.workspaces.models import Membership
from inbox.models import ThreadLink
from inbox.queries.sql import HERE

# A link that made itself is told to those who may read the mail that accounts for it; the
# same rule as access.links, for one thread
LINKS = """
SELECT k.kind, k.object_id, k.source, k.why, p.uid, p.name,
  (SELECT json_agg(a.address ORDER BY a.is_primary DESC, a.id) FROM contacts_personemail a
   WHERE a.workspace_id = {here} AND a.person_id = p.id)::text
FROM inbox_threadlink k LEFT JOIN contacts_person p
  ON k.kind = 'person' AND p.workspace_id = k.workspace_id AND p.id = k.object_id AND {seen}
WHERE k.workspace_id = {here} AND k.thread_id = %(thread)s AND k.undone_at IS NULL
  AND (k.source = 'manual' OR EXISTS (
    SELECT 1 FROM inbox_message m JOIN inbox_participant w
      ON w.workspace_id = m.workspace_id AND w.message_id = m.id
    WHERE m.workspace_id = {here} AND m.thread_id = k.thread_id AND m.deleted_at IS NULL
    AND m.mailbox_id = ANY(%(seen)s) AND w.address = ANY(k.why || ARRAY(
      SELECT a.address::text FROM contacts_personemail a
      WHERE a.workspace_id = {here} AND a.person_id = k.object_id))))
ORDER BY k.created_at, k.id""".replace("{seen}", SEEN.replace("{p}", "p")).replace("{here}", HERE)


@dataclass(frozen=True, slots=True)
class Linked:
    """A record a thread belongs to; a person with name and addresses, the main one first."""

    kind: str
    object_id: int
    source: str
    why: str
    uid: UUID | None
    name: str
    addresses: list[str]

    @property
    def is_by_hand(self) -> bool:
        return self.source == ThreadLink.Source.MANUAL


def linked(member: Membership, thread_id: int, mailbox_ids: Sequence[int]) -> list[Linked]:
    """The links of a thread that what lies in these mailboxes accounts for.

    What the member may not see of the records, or lies in the trash, has neither id nor name.
    """
    values = {"thread": thread_id, "seen": list(mailbox_ids), **seen_values(member)}
    with connections["default"].cursor() as cursor:
        cursor.execute(LINKS, values)
        return [
            Linked(kind, pk, source, why, uid, name or "", json.loads(addresses or "[]"))
            for kind, pk, source, why, uid, name, addresses in cursor.fetchall()
        ]
