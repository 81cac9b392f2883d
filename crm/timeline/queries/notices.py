"""What a member was told of."""

from crm.timeline.models import Notice
from crm.workspaces.models import Membership

SHOWN = 100


def notices(member: Membership) -> list[Notice]:
    """The last hundred, the newest first, each with its event and what it is about."""
    rows = Notice.objects.filter(member=member).select_related("event", "event__by")
    return list(rows.prefetch_related("event__about").order_by("-at", "-pk")[:SHOWN])


def unread(member: Membership) -> int:
    """How many he has not looked at."""
    count: int = Notice.objects.filter(member=member, read_at=None).count()
    return count
