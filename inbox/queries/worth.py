"""What is at stake in a conversation: the open deal it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connections

from crm.fields.queries import SEEN, seen_values
from crm.workspaces.models import Membership
from inbox.queries import linked
from inbox.queries.sql import HERE

# Of a deal that the member sees, what is shared is read by him as well
READ = f"""IN (SELECT e.mailbox_id FROM inbox_mailboxthread e WHERE e.workspace_id = {HERE}
  AND e.thread_id = k.thread_id AND (e.mailbox_id = ANY(%(own)s) OR e.visibility = 'shared'))"""

# A link that made itself tells its deal to those who read the mail that accounts for it; the
# same rule as access.links, for what lies in one's own mailboxes
DEALS = f"""
SELECT DISTINCT ON (k.thread_id) k.thread_id, d.name, d.value, d.currency
FROM inbox_threadlink k JOIN deals_deal d
  ON d.workspace_id = {HERE} AND d.id = k.object_id AND d.status = 'open' AND d.value > 0
WHERE k.workspace_id = {HERE} AND k.thread_id = ANY(%(threads)s) AND k.kind = 'deal'
AND k.undone_at IS NULL AND {SEEN.replace("{p}", "d")}
AND (k.source = 'manual' AND {linked.meant("k", READ)} OR EXISTS (
  SELECT 1 FROM inbox_message m JOIN inbox_participant w
    ON w.workspace_id = m.workspace_id AND w.message_id = m.id
  WHERE m.workspace_id = {HERE} AND m.thread_id = k.thread_id AND m.deleted_at IS NULL
  AND m.mailbox_id = ANY(%(own)s) AND w.address = k.why))
ORDER BY k.thread_id, d.value DESC, d.id"""


@dataclass(frozen=True, slots=True)
class Stake:
    """An open deal by its name and worth."""

    name: str
    value: Decimal
    currency: str


def stakes(member: Membership, thread_ids: Sequence[int], own: Sequence[int]) -> dict[int, Stake]:
    """The largest open deal of each thread that has one the member sees; one query.

    Of threads in these mailboxes, which are his own.
    """
    if not thread_ids:
        return {}
    values = {"threads": list(thread_ids), "own": list(own), **seen_values(member)}
    with connections["default"].cursor() as cursor:
        cursor.execute(DEALS, values)
        return {thread: Stake(*rest) for thread, *rest in cursor.fetchall()}
