"""Reminders of a conversation that nobody answers: the menu of times, and what is chosen."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.ui import times
from crm.workspaces.middleware import MemberRequest
from inbox.actions import awaiting
from inbox.queries import moments, waiting
from inbox.views import conversation, sending, snoozing

MENU = "inbox/reminder.html"


@require_http_methods(["GET", "HEAD", "POST"])
def reminder(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET the times; POST `until` or `own_at` asks for a reminder, `forget` takes it back.

    Answers what was so before as `was`, and 422 without a time that lies ahead.
    """
    found = conversation.find(request, uid)
    now = timezone.now()
    if request.method != "POST":
        presets = moments.reminders(now=now)
        zone = timezone.get_current_timezone()
        value = presets[2].at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        return render(request, MENU, {"presets": presets, "value": value, "uid": uid})
    before = waiting.wakes(found.thread.pk, found.own_ids).get("reminder")
    was = before.due_at.isoformat() if before else ""
    if "forget" in request.POST:
        awaiting.forget(thread=found.thread, by=request.member, at=now)
        return JsonResponse({"text": _("No reminder any more."), "was": was})
    due_at = snoozing.chosen(request)
    if due_at is None or not sending.may_be(due_at, now):
        return JsonResponse({"errors": [{"field": "until", "message": ""}]}, status=422)
    if not awaiting.remind(thread=found.thread, due_at=due_at, by=request.member, at=now):
        raise PermissionDenied("thread")
    text = _("It comes back %(time)s if nobody answers.") % {"time": times.moment(due_at)}
    return JsonResponse({"text": text, "was": was})
