"""Who sees a record, and by which rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.fields.models import Record, Visibility
from crm.workspaces import permissions, queries
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required

# Members of the owner's teams, and of those below them
REACHED = """
WITH RECURSIVE own AS (
  SELECT team_id AS id FROM workspaces_teammember
  WHERE workspace_id = %(here)s AND member_id = %(owner)s
), down AS (
  SELECT id FROM own
  UNION SELECT t.id FROM workspaces_team t JOIN down ON t.parent_id = down.id
  WHERE t.workspace_id = %(here)s
)
SELECT m.member_id, bool_or(m.team_id IN (SELECT id FROM own)), min(t.name)
FROM workspaces_teammember m JOIN workspaces_team t
  ON t.workspace_id = m.workspace_id AND t.id = m.team_id
WHERE m.workspace_id = %(here)s AND m.team_id IN (SELECT id FROM down) GROUP BY m.member_id"""


# `Record.visible_to` for statements that are written out; its values are `seen_values`
SEEN = """{p}.trashed_at IS NULL AND (%(sees_all)s OR {p}.visibility = 'everyone'
  OR {p}.owner_id = %(me)s OR ({p}.visibility = 'team' AND {p}.owner_id = ANY(%(mates)s))
  OR ({p}.visibility = 'below' AND {p}.owner_id = ANY(%(above)s)))"""


def seen_values(member: Membership) -> dict[str, Any]:
    """The named parameters of SEEN."""
    sees_all = permissions.may(member, "records.see_all")
    sight = queries.Sight(frozenset(), frozenset()) if sees_all else queries.sight(member)
    return {
        "sees_all": sees_all,
        "me": member.pk,
        "mates": list(sight.teammates),
        "above": list(sight.above),
    }


@dataclass(frozen=True, slots=True)
class Seeing:
    """The rule in a sentence, and each member who sees the record with the reason."""

    rule: str
    readers: list[tuple[Membership, str]]


def who_sees(record: Record) -> Seeing:
    """Everybody who sees a record by name, the owner first; two queries."""
    rows = Membership.objects.using("default").filter(workspace_id=required(), is_active=True)
    members = list(rows.order_by("name", "pk"))
    reached = _reached(record) if record.owner_id else {}
    found = []
    for member in members:
        why = _why(record, member, reached)
        if why:
            found.append((member, why))
    found.sort(key=lambda pair: pair[0].pk != record.owner_id)
    return Seeing(_rule(record, len(found)), found)


def seers(records: Iterable[Record]) -> set[int]:
    """The ids of the members who see at least one of these records."""
    found: set[int] = set()
    for record in records:
        if not record.is_trashed:
            found |= {member.pk for member, _why in who_sees(record).readers}
        if record.visibility == Visibility.EVERYONE:
            break
    return found


def _reached(record: Record) -> dict[int, tuple[bool, str]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(REACHED, {"here": required(), "owner": record.owner_id})
        return {pk: (is_mate, team) for pk, is_mate, team in cursor.fetchall()}


def _why(record: Record, member: Membership, reached: dict[int, tuple[bool, str]]) -> str:
    if member.pk == record.owner_id:
        return _("owns it")
    is_mate, team = reached.get(member.pk, (False, ""))
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
