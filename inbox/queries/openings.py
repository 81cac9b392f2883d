"""Which deals, leads and projects are open for people, as far as somebody sees them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from crm.fields.queries import SEEN, seen_values
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required
from inbox.models import Mailbox
from inbox.queries import workers
from inbox.queries.sql import HERE

# What may be open: in this order they are asked about
KINDS = ("deal", "lead", "project")

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
# A statement, the kind it finds, its table, and the one between that and people
Part = tuple[str, str, str, str]
PARTS: tuple[Part, ...] = (
    (WHOSE, "deal", "deals_deal", ""),
    (TAKES_PART, "deal", "deals_deal", "deals_dealperson"),
    (WHOSE, "lead", "leads_lead", ""),
    (WHOSE, "project", "projects_project", ""),
    (TAKES_PART, "project", "projects_project", "projects_projectlink"),
)
FIRMS: tuple[Part, ...] = tuple(
    (OF_FIRM, kind, table, "") for _whose, kind, table, between in PARTS if not between
)


@dataclass(frozen=True, slots=True)
class Opening:
    """Something open, and the person whom it is with; 0 where it is only with the organization."""

    person: int
    kind: str
    pk: int
    created_at: datetime


def seen_in(mailbox: Mailbox) -> dict[str, Any]:
    """`seen_values` of those who work in a mailbox: what at least one of them sees."""
    us = [mailbox.owner_id] if mailbox.kind == Mailbox.Kind.PERSONAL else workers.ids([mailbox.pk])
    here = Membership.objects.using("default").filter(workspace_id=required(), is_active=True)
    return seen_values(*here.filter(pk__in=[pk for pk in us if pk]))


def openings(
    seen: Mapping[str, Any], people: Iterable[int], firms: Iterable[int] = ()
) -> list[Opening]:
    """What is open for these people, and with `firms` what is with these organizations; one query.

    As far as `seen` (`seen_values`) goes. An opening is told once for each of the people.
    """
    whose, where = list(people), list(firms)
    if not (whose or where):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            _statement((*PARTS, *FIRMS) if where else PARTS),
            {"people": whose, "firms": where, **seen},
        )
        return [Opening(*row) for row in cursor.fetchall()]


def ordered(found: Iterable[Opening]) -> list[tuple[str, int]]:
    """Each once as (kind, id): what is with the people before what is with their firm alone."""
    known = sorted(found, key=lambda each: (not each.person, KINDS.index(each.kind)))
    return list(dict.fromkeys((each.kind, each.pk) for each in known))


def _statement(parts: Sequence[Part]) -> str:
    return " UNION ".join(_filled(*part) for part in parts)


def _filled(text: str, kind: str, table: str, between: str) -> str:
    text = text.replace("{seen}", SEEN.replace("{p}", "p")).replace("{here}", HERE)
    return text.replace("{kind}", kind).replace("{table}", table).replace("{between}", between)
