"""What the pages of activities are asked for."""

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from crm.timeline import subjects
from crm.timeline.models import Activity
from crm.timeline.queries.activities import WHEN, Filter
from crm.workspaces import directory
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import required

MOST_LINKED = 20
YEARS = (1900, 2200)


def asked_for(request: MemberRequest) -> Filter:
    """The filter of an address: `when`, `who` (a member's id, or "all"), `type`…, `q`."""
    asked = request.GET
    when = asked.get("when", "open")
    types = [uid for uid in map(as_uid, asked.getlist("type")) if uid]
    return Filter(
        when=when if when in WHEN else "open",
        assignee=_who(request, asked.get("who", "")),
        types=types,
        words=asked.get("q", "").strip()[:100],
    )


def _who(request: MemberRequest, typed: str) -> Membership | None:
    if typed == "all":
        return None
    for member in members() if typed else ():
        if str(member.uid) == typed:
            return member
    return request.member


def members() -> list[Membership]:
    """Colleagues by name, to whom something may be given."""
    return list(directory.colleagues(required()))


def record_of(request: MemberRequest, kind: str, uid: UUID) -> Any:
    """The record of an address, or 404."""
    found = subjects.find(request.member, kind, uid)
    if found is None:
        raise Http404
    return found


def records_in(request: MemberRequest, typed: Iterable[str]) -> list[Any]:
    """The records named as `kind:uid`, each once; 404 for one that the member does not see."""
    found = {}
    for each in list(typed)[:MOST_LINKED]:
        kind, _colon, text = each.partition(":")
        uid = as_uid(text)
        if uid is None:
            raise Http404
        found[each] = record_of(request, kind, uid)
    return list(found.values())


def activity_of(request: MemberRequest, uid: UUID) -> Any:
    """The activity of an address, or 404."""
    rows = Activity.objects.visible_to(request.member).filter(uid=uid)
    row = rows.select_related("type", "assignee").prefetch_related("about").first()
    if row is None:
        raise Http404
    return row


def as_uid(text: str) -> UUID | None:
    """The id somebody sent, or None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def day_in(values: Mapping[str, Any], name: str = "day") -> date | None:
    """A day as 2026-11-20, or None."""
    try:
        day = date.fromisoformat(values.get(name, ""))
    except ValueError:
        return None
    # The ends of the calendar have no week beside them
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def time_in(values: Mapping[str, Any], name: str = "time") -> time | None:
    """A time of day as 09:30, or None."""
    typed = str(values.get(name, ""))
    try:
        return time.fromisoformat(typed) if len(typed) == 5 else None
    except ValueError:
        return None


def version_in(typed: str) -> int | None:
    """The version somebody saw, or None."""
    known = typed.isascii() and typed.isdigit() and len(typed) < 10
    return int(typed) if known else None


def today() -> date:
    """The day where the reader is."""
    return timezone.localdate()
