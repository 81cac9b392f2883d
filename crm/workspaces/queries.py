"""Reads of the opened workspace that are too big for a queryset method."""

from crm.workspaces.models import Membership, Team, TeamMember


def teams() -> list[tuple[Team, list[Membership]]]:
    """Every team by name, with its active members by name."""
    rows = list(Team.objects.order_by("name", "id"))
    inside: dict[int, list[Membership]] = {team.pk: [] for team in rows}
    places = TeamMember.objects.filter(member__is_active=True).select_related("member")
    for place in places.order_by("member__name"):
        inside[place.team_id].append(place.member)
    return [(team, inside[team.pk]) for team in rows]
