"""What is done to all conversations of a list: begun, watched and taken back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from crm.workspaces.middleware import MemberRequest
from inbox import forms, tasks
from inbox.actions import sweeping, triage
from inbox.models import Sweep
from inbox.queries import labels, lists, sidebar
from inbox.views import listing, sending, snoozing

PART = "inbox/sweeps.html"
SHOWN = 3
# So long one can take it back on the page
LATELY = timedelta(minutes=10)


@require_http_methods(["GET", "HEAD", "POST"])
def sweeps(request: MemberRequest, workspace: str) -> HttpResponse:
    """GET how far one's own are; POST `verb` does it to all of the list of this address.

    `until` or `own_at` for snooze, `label` for label and unlabel. 422 where that is missing.
    """
    if request.method != "POST":
        return _part(request)
    what = listing.asked(request, sidebar.boxes(request.member))
    verb = request.POST.get("verb", "")
    said = _said(request, verb)
    if said is None:
        return JsonResponse({"errors": [{"field": "verb", "message": ""}]}, status=422)
    try:
        narrowed: lists.Filter = listing.filter_of(request, what)
        made = sweeping.begin(
            verb=verb, said=said, narrowed=narrowed, by=request.member, at=timezone.now()
        )
    except triage.UnknownVerb:
        return JsonResponse({"errors": [{"field": "verb", "message": verb}]}, status=422)
    tasks.sweep_after(made)
    return JsonResponse({"total": made.total})


@require_POST
def undo(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Take all of one back."""
    row = Sweep.objects.filter(uid=uid, by=request.member).first()
    if row is None:
        raise Http404
    if sweeping.take_back(sweep=row):
        tasks.sweep_after(row)
    return _part(request)


def _part(request: MemberRequest) -> HttpResponse:
    rows = Sweep.objects.filter(by=request.member).exclude(state=Sweep.State.UNDONE)
    shown = list(rows.order_by("-created_at", "-pk")[:SHOWN])
    lately = timezone.now() - LATELY
    shown = [row for row in shown if row.finished_at is None or row.finished_at > lately]
    is_busy = any(row.finished_at is None for row in shown)
    return render(request, PART, {"sweeps": shown, "is_busy": is_busy})


def _said(request: MemberRequest, verb: str) -> dict[str, Any] | None:
    """What the verb needs; None where it is missing."""
    if verb == "snooze":
        until = snoozing.chosen(request)
        if until is None or not sending.may_be(until, timezone.now()):
            return None
        return {"until": until.isoformat(), "unless_answered": "unless_answered" in request.POST}
    if verb in ("label", "unlabel"):
        label = labels.label(forms.read_uid(request.POST, "label"))
        return {"label": str(label.uid)} if label is not None else None
    return {}
