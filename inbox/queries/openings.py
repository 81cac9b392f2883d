"""Which deals, leads and projects are open for people, as far as somebody sees them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from crm.fields.queries import SEEN, seen_values
from crm.workspaces import permissions
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required
from inbox.models import Mailbox
from inbox.queries import workers
from inbox.queries.sql import HERE

# What may be open: in this order they are asked about
KINDS = ("deal", "lead", "project")

SIGHT = """
WITH RECURSIVE mine AS (
  SELECT team_id AS id FROM workspaces_teammember
  WHERE workspace_id = {here} AND member_id = ANY(%(us)s)
), up AS (
  SELECT id FROM mine
  UNION SELECT t.parent_id FROM workspaces_team t JOIN up ON up.id = t.id
  WHERE t.workspace_id = {here} AND t.parent_id IS NOT NULL
)
SELECT m.member_id, bool_or(m.team_id IN (SELECT id FROM mine)) FROM workspaces_teammember m
WHERE m.workspace_id = {here} AND m.team_id IN (SELECT id FROM up)
GROUP BY m.member_id""".replace("{here}", HERE)

WHOSE = """SELECT w.id, '{kind}', p.id, p.created_at
FROM unnest(%(people)s::bigint[]) AS w (id) JOIN {table} p
  ON p.workspace_id = {here} AND p.person_id = w.id AND p.status = 'open' AND {seen}"""
TAKES_PART = """SELECT w.id, '{kind}', p.id, p.created_at
FROM unnest(%(people)s::bigint[]) AS w (id)
JOIN {between} x ON x.workspace_id = {here} AND x.person_id = w.id
JOIN {table} p ON p.workspace_id = {here} AND p.id = x.{kind}_id AND p.status = 'open' AND {seen}"""
OF_FIRM = """SELECT 0, '{kind}', p.id, p.created_at FROM {table} p
WHERE p.workspace_id = {here} AND p.organization_id = ANY(%(firms)s) AND p.status = 'open'
AND {seen}"""
PARTS = (
    (WHOSE, "deal", "deals_deal", ""),
    (TAKES_PART, "deal", "deals_deal", "deals_dealperson"),
    (WHOSE, "lead", "leads_lead", ""),
    (WHOSE, "project", "projects_project", ""),
    (TAKES_PART, "project", "projects_project", "projects_projectlink"),
)
FIRMS = tuple((OF_FIRM, kind, table, "") for _whose, kind, table, between in PARTS if not between)


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose eyes look: one member's, or those of everybody who works in a mailbox."""

    us: Sequence[int]
    sees_all: bool
    mates: Sequence[int]
    above: Sequence[int]


@dataclass(frozen=True, slots=True)
class Opening:
    """Something open, and the person whom it is with; 0 where it is only with the organization."""

    person: int
    kind: str
    pk: int
    created_at: datetime


def sight_of(member: Membership) -> Sight:
    """What one member sees."""
    seen = seen_values(member)
    return Sight([member.pk], seen["sees_all"], seen["mates"], seen["above"])


def sight_of_mailbox(mailbox: Mailbox) -> Sight:
    """What at least one of those sees who work in a mailbox; few queries, whoever they are."""
    us = [mailbox.owner_id] if mailbox.kind == Mailbox.Kind.PERSONAL else workers.ids([mailbox.pk])
    here = Membership.objects.using("default").filter(workspace_id=required(), is_active=True)
    members = list(here.filter(pk__in=[pk for pk in us if pk]))
    ids = [member.pk for member in members]
    if any(permissions.may(member, "records.see_all") for member in members):
        return Sight(ids, True, [], [])
    with connections["default"].cursor() as cursor:
        cursor.execute(SIGHT, {"us": ids})
        rows = cursor.fetchall()
    return Sight(ids, False, [pk for pk, is_mate in rows if is_mate], [pk for pk, _m in rows])


def openings(sight: Sight, people: Iterable[int], firms: Iterable[int] = ()) -> list[Opening]:
    """What is open for these people, and with `firms` what is with these organizations; one query.

    An opening is told once for each of the people.
    """
    whose, where = list(people), list(firms)
    if not (whose or where):
        return []
    values: dict[str, Any] = {
        "people": whose,
        "firms": where,
        "us": list(sight.us),
        "sees_all": sight.sees_all,
        "mates": list(sight.mates),
        "above": list(sight.above),
    }
    with connections["default"].cursor() as cursor:
        cursor.execute(_statement((*PARTS, *FIRMS) if where else PARTS), values)
        return [Opening(*row) for row in cursor.fetchall()]


def _statement(parts: Sequence[tuple[str, str, str, str]]) -> str:
    seen = SEEN.replace("{p}", "p").replace("= %(me)s", "= ANY(%(us)s)")
    return " UNION ".join(
        text.replace("{seen}", seen).replace("{here}", HERE)
        .replace("{kind}", kind).replace("{table}", table).replace("{between}", between)
        for text, kind, table, between in parts
    )  # fmt: skip
