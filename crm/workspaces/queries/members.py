"""What the one who asks is and sees."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from django.db import connections

from crm.workspaces import permissions
from crm.workspaces.models import Membership
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
