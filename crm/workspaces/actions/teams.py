"""Teams: members who share mailboxes."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.workspaces import directory
from crm.workspaces.models import Membership, Team, TeamMember
from crm.workspaces.tenancy import required


def create_team(*, name: str, members: Iterable[Membership] = ()) -> Team:
    """A team of the opened workspace; raises ValidationError where the name is taken."""
    with _one_name(name), transaction.atomic():
        team: Team = Team.objects.create(name=name)
        _set_members(team, members)
    return team


def change_team(*, team: Team, name: str, members: Iterable[Membership]) -> Team:
    """Rename a team and say who is in it; raises ValidationError where the name is taken."""
    with _one_name(name), transaction.atomic():
        team.name = name
        team.save(update_fields=["name"])
        _set_members(team, members)
    return team


def delete_team(*, team: Team) -> None:
    """Dissolve a team; its members stay."""
    with transaction.atomic():
        TeamMember.objects.filter(team=team).delete()
        team.delete()


def _set_members(team: Team, members: Iterable[Membership]) -> None:
    wanted = {member.pk for member in members}
    known = {member.pk for member in directory.members(required())}
    if not wanted <= known:
        raise ValidationError(_("That member does not exist."), code="member")
    here = set(TeamMember.objects.filter(team=team).values_list("member_id", flat=True))
    TeamMember.objects.filter(team=team, member_id__in=here - wanted).delete()
    TeamMember.objects.bulk_create(
        TeamMember(team=team, member_id=pk) for pk in sorted(wanted - here)
    )


@contextmanager
def _one_name(name: str) -> Iterator[None]:
    """Turn the database's refusal of a second team of one name into a word for people."""
    try:
        yield
    except IntegrityError as error:
        taken = _("There is a team named %(name)s already.") % {"name": name}
        raise ValidationError({"name": taken}) from error
