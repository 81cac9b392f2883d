"""What a member was told of."""

from collections.abc import Sequence

from crm.timeline.models import Activity, Notice
from crm.workspaces.models import Membership

SHOWN = 100


def planned(member: Membership, rows: Sequence[Notice]) -> dict[int, Activity]:
    """The activity each of these is about, where it is still this member's; by the notice."""
    wanted = {
        row.pk: each.object_id
        for row in rows
        for each in row.event.about.all()
        if each.kind == "activity"
    }
    own = Activity.objects.filter(assignee=member, trashed_at=None).prefetch_related("about")
    known = own.in_bulk(set(wanted.values())) if wanted else {}
    return {pk: known[about] for pk, about in wanted.items() if about in known}


def notices(member: Membership) -> list[Notice]:
    """The last hundred, the newest first, each with its event and what it is about."""
    rows = Notice.objects.filter(member=member).select_related("event", "event__by")
    return list(rows.prefetch_related("event__about").order_by("-at", "-pk")[:SHOWN])


def unread(member: Membership) -> int:
    """How many he has not looked at."""
    count: int = Notice.objects.filter(member=member, read_at=None).count()
    return count
