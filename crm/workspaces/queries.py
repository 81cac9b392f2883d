"""Reads of the opened workspace that are too big for a queryset method."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from django.db import connections, transaction
from django.db.models import QuerySet

from crm.workspaces import permissions, tenancy
from crm.workspaces.models import (
    AuditEntry,
    Export,
    ExportPiece,
    Membership,
    Team,
    TeamMember,
)
from crm.workspaces.statements import Given
from crm.workspaces.tenancy import required

# The teams of these members, and every team above one of them, with who is in it
SIGHT = """
WITH RECURSIVE mine AS (
  SELECT team_id AS id FROM workspaces_teammember
  WHERE workspace_id = %(here)s AND member_id = ANY(%(members)s)
), up AS (
  SELECT id FROM mine
  UNION SELECT t.parent_id FROM workspaces_team t JOIN up ON up.id = t.id
  WHERE t.workspace_id = %(here)s AND t.parent_id IS NOT NULL
)
SELECT m.member_id, bool_or(m.team_id IN (SELECT id FROM mine))
FROM workspaces_teammember m
WHERE m.workspace_id = %(here)s AND m.team_id IN (SELECT id FROM up) GROUP BY m.member_id"""


@dataclass(frozen=True, slots=True)
class Sight:
    """Ids of members: those in one of somebody's teams, and those also in a team above them."""

    teammates: frozenset[int] = frozenset()
    above: frozenset[int] = frozenset()


def sight(*members: Membership) -> Sight:
    """Whose records these members see through their teams, in one query.

    What a single member sees is asked once for each request.
    """
    only = members[0] if len(members) == 1 else None
    known: Sight | None = only.known_sight if only else None
    if known is None:
        with connections["default"].cursor() as cursor:
            cursor.execute(SIGHT, {"here": required(), "members": [each.pk for each in members]})
            rows = cursor.fetchall()
        mates = frozenset(pk for pk, is_mate in rows if is_mate)
        known = Sight(mates, frozenset(pk for pk, _is_mate in rows))
        if only is not None:
            only.known_sight = known
    return known


def stand_in(role: str) -> Membership:
    """Whoever of this role will ask, for `visible_to` in a statement; `asker` gives the values."""
    sees = SimpleNamespace(teammates=Given("mates"), above=Given("above"))
    return cast(Membership, SimpleNamespace(pk=Given("me"), role=role, known_sight=sees))


def asker(member: Membership) -> dict[str, Any]:
    """What a statement for a `stand_in` is given: who asks, and whom he sees through his teams."""
    if permissions.may(member, "records.see_all"):
        return {"me": member.pk, "mates": [], "above": []}
    seen = sight(member)
    return {"me": member.pk, "mates": list(seen.teammates), "above": list(seen.above)}


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """Which entries of the audit log are meant; what is not given leaves nothing out.

    `what` is a verb or the part before its dot; `since` and `until` bound the time, the second
    of them not included.
    """

    what: str = ""
    member: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def audit(filters: AuditFilters) -> QuerySet[AuditEntry]:
    """The audit log of the opened workspace, newest first."""
    rows: QuerySet[AuditEntry] = AuditEntry.objects.select_related("by").order_by("-number")
    if filters.what:
        exact = "." in filters.what
        rows = rows.filter(**{"verb" if exact else "verb__startswith": _verb(filters.what)})
    if filters.member is not None:
        rows = rows.filter(by__uid=filters.member)
    if filters.since is not None:
        rows = rows.filter(at__gte=filters.since)
    if filters.until is not None:
        rows = rows.filter(at__lt=filters.until)
    return rows


def _verb(what: str) -> str:
    return what if "." in what else f"{what}."


def teams_in_order() -> list[Team]:
    """Every team as people put them; those nobody has put anywhere by name."""
    return list(Team.objects.order_by("position", "name", "id"))


def teams() -> list[tuple[Team, list[Membership]]]:
    """Every team in its order, with its active members by name."""
    rows = teams_in_order()
    inside: dict[int, list[Membership]] = {team.pk: [] for team in rows}
    places = TeamMember.objects.filter(member__is_active=True).select_related("member")
    for place in places.order_by("member__name"):
        inside[place.team_id].append(place.member)
    return [(team, inside[team.pk]) for team in rows]


def export_pieces(row: Export) -> Iterator[bytes]:
    """The bytes of an export piece by piece, each read in a transaction of its own."""
    number = 0
    while piece := _piece(row, number):
        yield piece
        number += 1


def _piece(row: Export, number: int) -> bytes:
    with tenancy.open_workspace(row.workspace_id), transaction.atomic():
        found = ExportPiece.objects.filter(export=row, number=number).first()
        return bytes(found.data) if found is not None else b""
