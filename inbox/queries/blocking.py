"""Which mail a block hides, before and after it holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import Q, QuerySet

from crm.workspaces import permissions
from crm.workspaces.models import Membership
from inbox.models import Block, Mailbox
from inbox.queries import access, insiders
from inbox.queries.sql import HERE

# The mails that name it; a domain is looked up among the words of the search first
OF_ADDRESS = """SELECT w.message_id AS id FROM inbox_participant w
WHERE w.workspace_id = {here} AND w.address = %(pattern)s"""
OF_DOMAIN = """SELECT b.message_id AS id FROM inbox_messagebody b
WHERE b.workspace_id = {here} AND b.mailbox_id = ANY(%(boxes)s)
AND b.search @@ phraseto_tsquery('fio', replace(%(pattern)s, '.', ' '))"""
MATCHES = "({a} = ANY(%(known)s) OR split_part({a}, '@', 2) = ANY(%(known)s))"
# Of what came the sender decides, of what was sent whom it went to; nobody else may be on it
HIT = """SELECT m.id, m.thread_id, m.mailbox_id FROM inbox_message m
WHERE m.workspace_id = {here} AND m.id IN ({named}) AND m.mailbox_id = ANY(%(boxes)s)
AND m.deleted_at IS NULL
AND (m.direction = 'out' OR (m.sender_address = %(pattern)s
                             OR split_part(m.sender_address, '@', 2) = %(pattern)s))
AND (m.direction = 'in' OR EXISTS (SELECT 1 FROM inbox_participant t
  WHERE t.workspace_id = {here} AND t.message_id = m.id AND t.role IN ('to', 'cc', 'bcc')
  AND (t.address = %(pattern)s OR split_part(t.address, '@', 2) = %(pattern)s)))
AND NOT EXISTS (SELECT 1 FROM inbox_participant p
  WHERE p.workspace_id = {here} AND p.message_id = m.id AND p.role <> 'reply_to'
  AND p.address <> '' AND NOT {matches} AND p.address <> ALL(%(own)s)
  AND split_part(p.address, '@', 2) <> ALL(%(domains)s))"""
COUNT = """WITH hit AS ({hit}) SELECT count(*), count(*) FILTER (WHERE is_whole) FROM (
  SELECT h.thread_id, h.mailbox_id, NOT EXISTS (SELECT 1 FROM inbox_message o
    WHERE o.workspace_id = {here} AND o.thread_id = h.thread_id AND o.deleted_at IS NULL
    AND o.mailbox_id = h.mailbox_id AND o.id NOT IN (SELECT id FROM hit)) AS is_whole
  FROM hit h GROUP BY h.thread_id, h.mailbox_id) t"""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a block would hide: whole conversations, and single mails of so many others."""

    conversations: int
    others: int


def of(member: Membership) -> "QuerySet[Block]":
    """The blocks a member has, and those of the whole workspace."""
    mine = Q(member=member.pk) | Q(member=None)
    rows: QuerySet[Block] = Block.objects.filter(mine, ended_at=None)
    return rows.select_related("by").order_by("pattern")


def may_block_for_all(member: Membership) -> bool:
    """Whether the member decides for every mailbox here."""
    return permissions.may(member, "workspace.change")


def patterns(mailbox: Mailbox) -> set[str]:
    """What is kept out of a mailbox; one query."""
    whose = Q(member=None) | Q(member=mailbox.owner_id or 0)
    rows = Block.objects.filter(whose, ended_at=None)
    return set(rows.values_list("pattern", flat=True))


def boxes(member_id: int | None) -> list[int]:
    """The mailboxes that a block holds for, by their ids."""
    rows = Mailbox.objects.exclude(state=Mailbox.State.DELETED)
    if member_id is not None:
        rows = rows.filter(kind=Mailbox.Kind.PERSONAL, owner=member_id)
    return list(rows.values_list("pk", flat=True))


def preview(pattern: str, *, by: Membership, for_all: bool = False) -> Preview:
    """What would be hidden of the mailboxes the member works in; of others nobody is told.

    One statement and those that say who we are and which these are.
    """
    values = _values(pattern, None if for_all else by.pk)
    own = set(access.mailbox_ids(by))
    with connections["default"].cursor() as cursor:
        text = COUNT.replace("{hit}", _hit(pattern)).replace("{here}", HERE)
        cursor.execute(text, values | {"boxes": [pk for pk in values["boxes"] if pk in own]})
        total, whole = cursor.fetchone()
    return Preview(whole, total - whole)


def hit(pattern: str, *, member_id: int | None, limit: int) -> list[tuple[int, int, int]]:
    """(message, thread, mailbox) ids that a block hides and has not hidden yet."""
    with connections["default"].cursor() as cursor:
        text = f"{_hit(pattern)} ORDER BY m.id LIMIT %(limit)s"
        cursor.execute(text.replace("{here}", HERE), _values(pattern, member_id) | {"limit": limit})
        return [(pk, thread, mailbox) for pk, thread, mailbox in cursor.fetchall()]


def hidden(blocks: Iterable[Block], by: Membership) -> dict[int, int]:
    """Of how many conversations of the member's mailboxes each of these hides mail; two queries."""
    values = [[row.pk for row in blocks], access.mailbox_ids(by)]
    with connections["default"].cursor() as cursor:
        text = """SELECT block_id, count(DISTINCT (thread_id, mailbox_id)) FROM inbox_message
        WHERE workspace_id = {here} AND block_id = ANY(%s)
        AND mailbox_id = ANY(%s) GROUP BY block_id"""
        cursor.execute(text.replace("{here}", HERE), values)
        return dict(cursor.fetchall())


def may_lift(member: Membership, row: Block) -> bool:
    """Whether the member may let it in again."""
    return row.member_id == member.pk or (row.member_id is None and may_block_for_all(member))


def _hit(pattern: str) -> str:
    named = OF_ADDRESS if "@" in pattern else OF_DOMAIN
    return HIT.replace("{named}", named).replace("{matches}", MATCHES.replace("{a}", "p.address"))


def _values(pattern: str, member_id: int | None) -> dict[str, Any]:
    own = insiders.insiders()
    # Somebody blocked already is nobody whose mail would be missed
    rows = Block.objects.filter(Q(member=None) | Q(member=member_id or 0), ended_at=None)
    known: Sequence[str] = sorted({pattern, *rows.values_list("pattern", flat=True)})
    return {
        "pattern": pattern,
        "known": known,
        "boxes": boxes(member_id),
        "own": sorted(own.addresses),
        "domains": sorted(own.domains),
    }
