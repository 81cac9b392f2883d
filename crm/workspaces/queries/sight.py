"""What a member sees by his teams."""

from dataclasses import dataclass

from django.db import connections

from crm.workspaces.models import Membership
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
