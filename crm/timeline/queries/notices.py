"""What a member was told of."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from crm.timeline.models import Activity, Notice
from crm.workspaces.models import Membership

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Named:
    """What a notice is about besides records, where the member may know of it."""

    uid: UUID
    text: str


# By kind, those of these ids that the member may read; the app that keeps them brings it
Names = Callable[[Membership, Iterable[int]], dict[int, Named]]
joined: dict[str, Names] = {}


def join(kind: str, names: Names) -> None:
    """Bring how rows of a kind that is no record are called."""
    joined[kind] = names


def named(member: Membership, rows: Sequence[Notice], kind: str) -> dict[int, Named]:
    """What these notices are about among the rows of a kind, by the notice."""
    wanted = {
        row.pk: each.object_id
        for row in rows
        for each in row.event.about.all()
        if each.kind == kind
    }
    known = joined[kind](member, set(wanted.values())) if wanted and kind in joined else {}
    return {pk: known[about] for pk, about in wanted.items() if about in known}


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
