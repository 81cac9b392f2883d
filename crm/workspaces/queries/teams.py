"""Teams in their order."""

from crm.workspaces.models import Membership, Team, TeamMember


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
