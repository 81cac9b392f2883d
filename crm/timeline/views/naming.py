"""Records and activities that a request names."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404

from crm.timeline import subjects
from crm.timeline.models import Activity
from crm.workspaces.middleware import MemberRequest

MOST_LINKED = 20


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
