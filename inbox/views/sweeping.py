"""What is done to many conversations: begun, watched and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.timeline import subjects
from crm.ui.render import say
from crm.workspaces import directory
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox import forms, tasks
from inbox.actions import doing, sweeping, triage
from inbox.models import Sweep, Thread
from inbox.queries import labels, lists, reading, sidebar
from inbox.views import assigning, linking, listing, sending, snoozing

PART = "inbox/sweeps.html"
SHOWN = 3
# So long one can take it back on the page
LATELY = timedelta(minutes=10)
TITLES = {
    "done": _("Done"),
    "undone": _("Back to the inbox"),
    "archive": _("Archive"),
    "unarchive": _("Back to the inbox"),
    "trash": _("Move to the trash"),
    "untrash": _("Take out of the trash"),
    "spam": _("Mark as spam"),
    "unspam": _("Not spam"),
    "read": _("Mark as read"),
    "unread": _("Mark as unread"),
    "snooze": _("Snooze"),
    "unsnooze": _("Back to the inbox"),
    "label": _("Labels"),
    "unlabel": _("Labels"),
    "link": _("Link to a record"),
    "assign": _("Assign"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What inbox/sweeps.html says of one."""

    uid: UUID
    title: str
    state: str
    done: int
    total: int
    finished_at: datetime | None


@require_http_methods(["GET", "HEAD", "POST"])
def sweeps(request: MemberRequest, workspace: str) -> HttpResponse:
    """GET how far one's own are; POST `verb` does it to each `thread`, else to all of the list.

    The list is that of this address. `until` or `own_at` for snooze, `label` for label and
    unlabel, `record` for link, `to` for assign. 422 where that is missing, 404 where nothing may
    be changed.
    """
    if request.method != "POST":
        return _part(request)
    verb = request.POST.get("verb", "")
    try:
        said = read(request, verb)
    except directory.Ended as error:
        return refused(str(error))
    if "thread" in request.POST:
        meant: lists.Filter | Sequence[Thread] = chosen(request)
    else:
        what = listing.asked(request, sidebar.boxes(request.member))
        meant = listing.filter_of(request, what)
        if what.folder == "search" and not (what.query or what.record):
            said = None
    return refused("") if said is None else started(request, verb, said, meant)


@require_safe
def records(request: MemberRequest, workspace: str) -> HttpResponse:
    """The field that finds a record to link to; with `find` what has that name."""
    if "find" not in request.GET:
        return render(request, "inbox/link_menu.html")
    typed = request.GET["find"].strip()[:100]
    found = linking.found_by(request.member, typed)
    return render(request, "inbox/link_many_found.html", {"found": found, "typed": typed})


def chosen(request: MemberRequest) -> list[Thread]:
    """The threads that are named, as many as a list shows at once."""
    return reading.meant(forms.read_uids(request.POST.getlist("thread"))[: triage.MOST])


def started(
    request: MemberRequest,
    verb: str,
    said: dict[str, Any],
    meant: lists.Filter | Sequence[Thread],
) -> HttpResponse:
    """Begin it; JSON of how many are meant, whether it `is_done`, and the address to undo it.

    `text` says of a snooze until when. 404 where nothing may be changed.
    """
    if verb not in doing.VERBS:
        return refused(verb)
    now = timezone.now()
    try:
        made = tasks.begin(verb=verb, said=said, meant=meant, by=request.member, at=now)
    except sweeping.TooMany as error:
        return refused(str(error), status=409)
    if not made.total and not isinstance(meant, lists.Filter):
        return JsonResponse({}, status=404)
    undo_url = reverse("inbox:sweep_undo", args=[request.workspace.slug, made.uid])
    told = {"is_done": made.finished_at is not None, "text": snoozing.told(made)}
    return JsonResponse({"total": made.total, "undo": undo_url} | told)


def refused(text: str, *, status: int = 422) -> HttpResponse:
    """What the verb needs is missing, or there is no such verb, or there are too many (409)."""
    return JsonResponse({"errors": [{"field": "verb", "message": text}]}, status=status)


@require_POST
def undo(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Take all of one back."""
    row = Sweep.objects.filter(uid=uid, by=request.member).first()
    if row is None:
        raise Http404
    try:
        tasks.take_back(row, at=timezone.now())
    except sweeping.TooMany as error:
        return say(refused(str(error), status=409), str(error))
    return _part(request)


def _part(request: MemberRequest) -> HttpResponse:
    rows = Sweep.objects.filter(by=request.member, total__gt=sweeping.AT_ONCE)
    shown = list(rows.exclude(state=Sweep.State.UNDONE).order_by("-created_at", "-pk")[:SHOWN])
    lately = timezone.now() - LATELY
    shown = [row for row in shown if row.finished_at is None or row.finished_at > lately]
    is_busy = any(row.finished_at is None for row in shown)
    told = [
        Shown(
            uid=row.uid,
            title=str(TITLES[row.verb]),
            state=row.state,
            done=row.done,
            total=row.total,
            finished_at=row.finished_at,
        )
        for row in shown
    ]
    return render(request, PART, {"sweeps": told, "is_busy": is_busy})


def read(request: MemberRequest, verb: str) -> dict[str, Any] | None:
    """What the verb needs, as it was posted; None where it is missing. Raises directory.Ended."""
    if verb == "snooze":
        until = snoozing.chosen(request)
        if until is None or not sending.may_be(until, timezone.now()):
            return None
        return {"until": until.isoformat(), "unless_answered": "unless_answered" in request.POST}
    if verb in ("label", "unlabel"):
        label = labels.label(forms.read_uid(request.POST, "label"))
        return {"label": str(label.uid)} if label is not None else None
    if verb == "link":
        kind, _colon, text = request.POST.get("record", "").partition(":")
        uid = forms.as_uid(text)
        record = subjects.find(request.member, kind, uid) if uid is not None else None
        return {"record": f"{kind}:{uid}"} if record is not None else None
    if verb == "assign":
        return _whom(request)
    return {}


def _whom(request: MemberRequest) -> dict[str, Any] | None:
    """To whom; raises directory.Ended, and Http404 for whoever is not of this workspace."""
    try:
        to = assigning.chosen(request)
    except Membership.DoesNotExist as error:
        raise Http404 from error
    return {"member": str(to.uid) if to is not None else ""}
