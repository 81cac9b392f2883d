"""Addresses a member may want to write to."""

from dataclasses import dataclass

from django.db import connections

from crm.contacts import queries as contacts
from crm.workspaces.models import Membership
from inbox.queries import access
from inbox.queries.sql import HERE

MOST = 8
# From one address to the next in the index: one may stand on all of 200,000 mails
NEXT = f"""SELECT p.address FROM inbox_participant p
WHERE p.workspace_id = {HERE} AND p.address LIKE %(begins)s {{beyond}}
ORDER BY p.address LIMIT 1"""
KNOWN = f"""WITH RECURSIVE known AS (({NEXT.format(beyond="")})
  UNION ALL SELECT ({NEXT.format(beyond="AND p.address > k.address")})
  FROM known k WHERE k.address IS NOT NULL)
SELECT n.name, k.address FROM known k CROSS JOIN LATERAL (
  SELECT p.name FROM inbox_participant p
  JOIN inbox_message m ON m.workspace_id = {HERE} AND m.id = p.message_id
  WHERE p.workspace_id = {HERE} AND p.address = k.address AND m.mailbox_id = ANY(%(own)s)
  ORDER BY p.message_id DESC LIMIT 1) n
LIMIT %(most)s"""


@dataclass(frozen=True, slots=True)
class Known:
    """An address and the name that goes with it."""

    name: str
    address: str


def suggest(member: Membership, typed: str, *, people: bool = True) -> list[Known]:
    """People first, then whoever the member's own mail knows, at most eight."""
    found: dict[str, Known] = {}
    for person in contacts.find(member, typed, limit=MOST) if people else ():
        for email in person.emails.all():
            found.setdefault(email.address, Known(person.name, email.address))
    if len(found) < MOST:
        for each in _known(access.mailbox_ids(member), typed.lower()):
            found.setdefault(each.address, each)
    return list(found.values())[:MOST]


def _known(own: list[int], typed: str) -> list[Known]:
    """The first addresses that mail in these mailboxes knows, each by the name it had last."""
    begins = typed.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with connections["default"].cursor() as cursor:
        cursor.execute(KNOWN, {"begins": f"{begins}%", "own": own, "most": MOST})
        return [Known(name, address) for name, address in cursor.fetchall()]
