"""Who sees a record, and by which rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.fields.models import Record, Visibility
from crm.workspaces import permissions, queries
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required

# Members of the teams of each of these owners, and of those below them
REACHED = """
WITH RECURSIVE own AS (
  SELECT member_id AS owner, team_id AS id FROM workspaces_teammember
  WHERE workspace_id = %(here)s AND member_id = ANY(%(owners)s)
), down AS (
  SELECT owner, id FROM own
  UNION SELECT down.owner, t.id FROM workspaces_team t JOIN down ON t.parent_id = down.id
  WHERE t.workspace_id = %(here)s
)
SELECT d.owner, m.member_id, bool_or((d.owner, d.id) IN (SELECT owner, id FROM own)), min(t.name)
FROM down d JOIN workspaces_teammember m ON m.workspace_id = %(here)s AND m.team_id = d.id
JOIN workspaces_team t ON t.workspace_id = m.workspace_id AND t.id = m.team_id
GROUP BY d.owner, m.member_id"""


# `Record.visible_to` for statements that are written out; its values are `seen_values`
SEEN = """{p}.trashed_at IS NULL AND (%(sees_all)s OR {p}.visibility = 'everyone'
  OR {p}.owner_id = ANY(%(us)s) OR ({p}.visibility = 'team' AND {p}.owner_id = ANY(%(mates)s))
  OR ({p}.visibility = 'below' AND {p}.owner_id = ANY(%(above)s)))"""


def seen_values(*members: Membership) -> dict[str, Any]:
    """The named parameters of SEEN: what a member sees, or what at least one of several does."""
    sees_all = any(permissions.may(each, "records.see_all") for each in members)
    sight = queries.Sight() if sees_all else queries.sight(*members)
    return {
        "sees_all": sees_all,
        "us": [each.pk for each in members],
        "mates": list(sight.teammates),
        "above": list(sight.above),
    }


class Owned(Protocol):
    """What says who sees a record: the record itself, or these two columns of it."""

    @property
    def owner_id(self) -> int | None: ...
    @property
    def visibility(self) -> str: ...


Row = TypeVar("Row", bound=Owned)
# Of each owner, the members of his teams and those below: {member: (is_mate, team)}
Reach = dict[int, dict[int, tuple[bool, str]]]


@dataclass(frozen=True, slots=True)
class Seeing:
    """The rule in a sentence, and each member who sees the record with the reason."""

    rule: str
    readers: list[tuple[Membership, str]]


def sees(member: Membership, row: Owned) -> bool:
    """Whether the member sees a row that is there already, in the trash or not.

    The same rule as `seen_by`, for what stands beside a record that he sees; at most the one query
    a request that this costs.
    """
    if row.visibility == Visibility.EVERYONE or row.owner_id == member.pk:
        return True
    if permissions.may(member, "records.see_all"):
        return True
    if row.visibility == Visibility.OWNER:
        return False
    seen = queries.sight(member)
    return row.owner_id in (seen.teammates if row.visibility == Visibility.TEAM else seen.above)


def who_sees(record: Record) -> Seeing:
    """Everybody who sees a record by name, the owner first; two queries."""
    members = _members()
    reached = _reached([record])
    found = []
    for member in members:
        why = _why(record, member, reached)
        if why:
            found.append((member, why))
    found.sort(key=lambda pair: pair[0].pk != record.owner_id)
    return Seeing(_rule(record, len(found)), found)


def seen_through(rows: Sequence[Row]) -> dict[int, Row]:
    """The members who see at least one of these by their ids, each with the first one he sees.

    Two queries, however many there are; what lies in the trash must be left out before.
    """
    if not rows:
        return {}
    reached = _reached(rows)
    found: dict[int, Row] = {}
    for member in _members():
        seen = (row for row in rows if _why(row, member, reached))
        first = next(seen, None)
        if first is not None:
            found[member.pk] = first
    return found


def seers(records: Iterable[Record]) -> set[int]:
    """The ids of the members who see at least one of these records."""
    return set(seen_through([record for record in records if not record.is_trashed]))


def _members() -> list[Membership]:
    rows = Membership.objects.using("default").filter(workspace_id=required(), is_active=True)
    return list(rows.order_by("name", "pk"))


def _reached(rows: Sequence[Owned]) -> Reach:
    """Whom the teams of the owners reach, where any of these goes by teams."""
    by_team = (Visibility.TEAM, Visibility.BELOW)
    owners = {row.owner_id for row in rows if row.owner_id and row.visibility in by_team}
    if not owners:
        return {}
    found: Reach = {}
    with connections["default"].cursor() as cursor:
        cursor.execute(REACHED, {"here": required(), "owners": list(owners)})
        for owner, pk, is_mate, team in cursor.fetchall():
            found.setdefault(owner, {})[pk] = (is_mate, team)
    return found


def _why(record: Owned, member: Membership, reached: Reach) -> str:
    if member.pk == record.owner_id:
        return _("owns it")
    is_mate, team = reached.get(record.owner_id or 0, {}).get(member.pk, (False, ""))
    if record.visibility == Visibility.TEAM and is_mate:
        return _("in the team %(team)s") % {"team": team}
    if record.visibility == Visibility.BELOW and team:
        return _("in the team %(team)s") % {"team": team}
    if record.visibility == Visibility.EVERYONE:
        return _("works here")
    if permissions.may(member, "records.see_all"):
        return _("administers the workspace")
    return ""


def _rule(record: Record, count: int) -> str:
    rules = {
        Visibility.OWNER: _("Only the owner sees this, and those who administer the workspace."),
        Visibility.TEAM: _("The owner’s team sees this, and those who administer the workspace."),
        Visibility.BELOW: _(
            "The owner’s team and the teams below it see this, and those who administer the"
            " workspace."
        ),
        Visibility.EVERYONE: _("Everybody in the workspace sees this."),
    }
    counted = ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
    return f"{rules[Visibility(record.visibility)]} ({counted})"
