"""What goes along with a change of an activity: words to find it by, and who is told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from crm.timeline import subjects
from crm.timeline.models import Activity, Event, Notice
from crm.ui import spelling
from crm.workspaces.models import Membership


def prepare(activity: Activity) -> None:
    """Bring what it is found by into step, before a save."""
    activity.search = spelling.search_text([activity.subject, activity.note])


def records_of(row: Any) -> list[Any]:
    """Every record it is about, whoever sees them, for the event that tells of it."""
    known = subjects.kinds()
    by_kind: dict[str, list[int]] = {}
    for link in row.about.all():
        by_kind.setdefault(link.kind, []).append(link.object_id)
    return [
        record
        for kind, pks in sorted(by_kind.items())
        if kind in known
        for record in known[kind].objects.filter(pk__in=pks).order_by("pk")
    ]


def tell_assigned(activity: Activity, event: Event) -> None:
    """Whoever is given something to do by somebody else is told."""
    assignee = activity.assignee_id
    if assignee is None or assignee == event.by_id or activity.is_done:
        return
    notify([assignee], event, Notice.Why.ASSIGNED, at=event.at)


def notify(members: Iterable[int], event: Event, why: str, *, at: datetime) -> None:
    """Tell these members of an event; the page hears of it from the event's own signal."""
    ids = sorted(set(members))
    Notice.objects.bulk_create(Notice(member_id=pk, event=event, why=why, at=at) for pk in ids)
    if ids:
        event.data = {**event.data, "told": sorted({*event.data.get("told", []), *ids})}
        event.save(update_fields=["data"])


def read_all(*, member: Membership, at: datetime) -> int:
    """The member has looked at what he was told; returns how much of it was new."""
    count: int = Notice.objects.filter(member=member, read_at=None).update(read_at=at)
    return count
