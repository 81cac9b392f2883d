"""What a member chose last, for the next mail he writes."""

from crm.workspaces.models import Membership
from inbox.models import Habit


def tracking(member: Membership) -> tuple[bool, bool]:
    """Whether he had opens tracked, and clicks, when he chose last."""
    rows = Habit.objects.filter(member_id=member.pk)
    found: tuple[bool, bool] | None = rows.values_list("tracks_opens", "tracks_clicks").first()
    return found or (False, False)
