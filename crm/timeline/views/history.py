"""The history of a record, and what is planned about it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from crm.timeline.queries import ahead, history, papers, slots
from crm.timeline.views import naming
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

PART, MORE = "crm/timeline/history.html", "crm/timeline/entries.html"
SHOWS = (
    ("", gettext_lazy("Everything")),
    ("activities", gettext_lazy("Activities")),
    ("notes", gettext_lazy("Notes")),
    ("files", gettext_lazy("Files")),
    ("changes", gettext_lazy("Changes")),
)


@require_safe
def of_record(request: MemberRequest, workspace: str, kind: str, uid: UUID) -> HttpResponse:
    """What is planned, pinned and what happened, `?show=` notes, files, changes or a slot's word.

    With `?after=` only the older entries.
    """
    record, asked = naming.record_of(request, kind, uid), request.GET
    show = asked.get("show", "")
    shows = (*SHOWS, *((slot.word, slot.label) for slot in slots.joined))
    show = show if show in dict(shows) else ""
    found = history.history(request.member, record, show=show, after=asked.get("after", ""))
    context = {
        "record": record,
        "show": show,
        "shows": shows,
        "history": found,
        "may_change": permissions.may(request.member, "activities.change"),
        "at": timezone.now(),
    }
    if "after" in asked:
        return render(request, MORE, context)
    planned = ahead.of_record(request.member, record)
    pinned = papers.pinned_of(request.member, record)
    return render(request, PART, context | {"planned": planned, "pinned": pinned})


@require_safe
def activities_of(request: MemberRequest, workspace: str, kind: str, uid: UUID) -> HttpResponse:
    """What is to be done about a record, and the last that was."""
    record = naming.record_of(request, kind, uid)
    context = {
        "record": record,
        "planned": ahead.of_record(request.member, record),
        "done": ahead.of_record(request.member, record, done=True),
        "may_change": permissions.may(request.member, "activities.change"),
        "at": timezone.now(),
    }
    return render(request, "crm/timeline/of_record.html", context)
