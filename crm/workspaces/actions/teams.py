"""Teams: members who share mailboxes."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.workspaces import directory, queries
from crm.workspaces.actions import audit
from crm.workspaces.models import Membership, Team, TeamMember
from crm.workspaces.tenancy import required


def create_team(
    *,
    name: str,
    by: Membership,
    at: datetime,
    members: Iterable[Membership] = (),
    parent: Team | None = None,
) -> Team:
    """A team of the opened workspace; raises ValidationError where the name is taken."""
    with _one_name(name), transaction.atomic():
        team: Team = Team.objects.create(name=name, parent=parent)
        _set_members(team, members)
        audit.note("team.created", by=by, at=at, about=name)
    return team


def change_team(
    *,
    team: Team,
    name: str,
    members: Iterable[Membership],
    by: Membership,
    at: datetime,
    parent: Team | None = None,
) -> Team:
    """Rename a team, say who is in it and which team is above it.

    Raises ValidationError where the name is taken or the teams would form a ring.
    """
    with _one_name(name), transaction.atomic():
        _refuse_ring(team, parent)
        before = _told(team)
        team.name, team.parent = name, parent
        team.save(update_fields=["name", "parent"])
        names = _set_members(team, members)
        after = _told(team)
        changes = {key: [was, after[key]] for key, was in before.items() if was != after[key]}
        said = {"members": names, "changes": changes}
        audit.note("team.changed", by=by, at=at, about=name, data=said)
    return team


def order_teams(*, order: Sequence[Team], by: Membership, at: datetime) -> None:
    """Put the teams into this order; those not named come behind, as they stood."""
    named = {team.pk for team in order}
    with transaction.atomic():
        rows = [*order, *(team for team in queries.teams_in_order() if team.pk not in named)]
        for place, team in enumerate(rows):
            team.position = place
        Team.objects.bulk_update(rows, ["position"])
        said = {"order": [team.name for team in rows][:50]}
        audit.note("team.ordered", by=by, at=at, data=said)


def delete_team(*, team: Team, by: Membership, at: datetime) -> None:
    """Dissolve a team; its members stay."""
    with transaction.atomic():
        TeamMember.objects.filter(team=team).delete()
        Team.objects.filter(parent=team).update(parent=team.parent_id)
        team.delete()
        audit.note("team.deleted", by=by, at=at, about=team.name)


def _told(team: Team) -> dict[str, Any]:
    """A team as the log tells it; of the name, what is kept of it."""
    kept = Team.objects.select_related("parent").get(pk=team.pk)
    inside = set(TeamMember.objects.filter(team=team).values_list("member_id", flat=True))
    here = [*directory.members(required()), *directory.members(required(), left=True)]
    return {
        "name": kept.name,
        "parent": kept.parent.name if kept.parent else "",
        "members": sorted(member.name for member in here if member.pk in inside),
    }


def _set_members(team: Team, members: Iterable[Membership]) -> list[str]:
    """Returns the names of those who are in it now."""
    chosen = {member.pk: member.name for member in members}
    wanted = set(chosen)
    known = {member.pk for member in directory.members(required())}
    if not wanted <= known:
        raise ValidationError(_("That member does not exist."), code="member")
    here = set(TeamMember.objects.filter(team=team).values_list("member_id", flat=True))
    TeamMember.objects.filter(team=team, member_id__in=here - wanted).delete()
    TeamMember.objects.bulk_create(
        TeamMember(team=team, member_id=pk) for pk in sorted(wanted - here)
    )
    return sorted(chosen.values())


def _refuse_ring(team: Team, parent: Team | None) -> None:
    above = dict(Team.objects.select_for_update().order_by("id").values_list("id", "parent_id"))
    at = parent.pk if parent else None
    while at is not None:
        if at == team.pk:
            text = _("A team cannot be below itself.")
            raise ValidationError({"parent": text}, code="ring")
        at = above.get(at)


@contextmanager
def _one_name(name: str) -> Iterator[None]:
    """Turn the database's refusal of a second team of one name into a word for people."""
    try:
        yield
    except IntegrityError as error:
        taken = _("There is a team named %(name)s already.") % {"name": name}
        raise ValidationError({"name": taken}) from error
