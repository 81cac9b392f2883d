"""What is done to one activity: finished, put on another day, taken away; each with a way back."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.timeline.actions import activities as actions
from crm.timeline.actions import doing, due
from crm.timeline.models import Activity
from crm.timeline.views import moments, naming
from crm.ui import times
from crm.ui.render import say
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def completion(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """It is done, or with `?not=1` it is not."""
    row = _row(request, uid)
    back = bool(request.GET.get("not"))
    turn = doing.reopen if back else doing.finish
    turn(activity=row, by=request.member, at=timezone.now())
    text = _("To be done again: %(subject)s") if back else _("Done: %(subject)s")
    undo = reverse("timeline:completion", args=[workspace, uid]) + ("" if back else "?not=1")
    return _said(text % {"subject": row.subject}, undo)


@require_POST
def day(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `day`: it is due on that day, at `time`, or at the same time if it has one."""
    row = _row(request, uid)
    asked = request.POST if "day" in request.POST else request.GET
    to = moments.day_in(asked)
    if to is None:
        raise Http404
    before, zone = row.day(), timezone.get_current_timezone()
    at = timezone.localtime(row.due_at).time() if row.due_at else None
    clock = None if asked.get("time") == "none" else moments.time_in(asked) or at
    moment = datetime.combine(to, clock, zone) if clock else None
    actions.change_activity(
        activity=row,
        values={},
        due=due.Due(to, moment, zone),
        by=request.member,
        at=timezone.now(),
    )
    undo = ""
    if before and (before, at) != (to, clock):
        time = at.isoformat("minutes") if at else "none"
        query = urlencode({"day": before.isoformat(), "time": time})
        undo = reverse("timeline:day", args=[workspace, uid]) + f"?{query}"
    words = {"subject": row.subject, "day": times.day_short(to)}
    if moment is None:
        return _said(_("%(subject)s is on %(day)s now") % words, undo)
    words["time"] = times.clock(moment)
    return _said(_("%(subject)s is on %(day)s at %(time)s now") % words, undo)


@require_POST
def removal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """It is taken away, or with `?not=1` brought back."""
    permissions.require(request.member, "activities.change")
    back = bool(request.GET.get("not"))
    if back:
        rows = Activity.objects.seen_by(request.member).filter(uid=uid)
        row = rows.select_related("type").first()
        if row is None:
            raise Http404
        doing.bring_back(activity=row, by=request.member, at=timezone.now())
        return _said(_("Back again: %(subject)s") % {"subject": row.subject}, "")
    row = _row(request, uid)
    doing.remove(activity=row, by=request.member, at=timezone.now())
    undo = reverse("timeline:removal", args=[workspace, uid]) + "?not=1"
    return _said(_("Removed: %(subject)s") % {"subject": row.subject}, undo)


def _row(request: MemberRequest, uid: UUID) -> Activity:
    permissions.require(request.member, "activities.change")
    row: Activity = naming.activity_of(request, uid)
    return row


def _said(text: str, undo: str) -> HttpResponse:
    return say(HttpResponse(status=204), text, undo=undo, label=_("Undo") if undo else "")
