"""What is done to a deal: moved, won, lost, opened again."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.deals import actions
from crm.deals.models import Stage
from crm.deals.views import making
from crm.deals.views.kind import DEALS
from crm.fields import actions as records
from crm.ui.render import say
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def move(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `to`, the stage's id, and the `version` that was seen."""
    permissions.require(request.member, "deals.change")
    row = DEALS.get(request.member, uid)
    stage = stage_named(request.POST.get("to") or request.GET.get("to", ""))
    before = row.stage
    try:
        actions.move_deal(
            deal=row, to=stage, by=request.member, at=timezone.now(), version=seen(request)
        )
    except actions.Lacking as error:
        return refused(making.lacking(error), 422)
    except records.Outdated as error:
        return refused(outdated(error), 409)
    undo = reverse("deals:deal_stage", args=[workspace, uid]) + f"?to={before.uid}"
    words = {"deal": row.name, "stage": stage.name}
    return done(_("%(deal)s is in %(stage)s now") % words, undo if before != stage else "")


@require_POST
def closure(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `as` won, lost (with a `reason`) or open."""
    permissions.require(request.member, "deals.change")
    row = DEALS.get(request.member, uid)
    how = request.POST.get("as") or request.GET.get("as", "")
    at, by, version = timezone.now(), request.member, seen(request)
    before = row.status
    try:
        if how == "won":
            actions.win_deal(deal=row, by=by, at=at, version=version)
            text = _("%(deal)s is won")
        elif how == "lost":
            reason = request.POST.get("reason", "").strip()
            actions.lose_deal(deal=row, reason=reason, by=by, at=at, version=version)
            text = _("%(deal)s is lost")
        elif how == "open":
            actions.reopen_deal(deal=row, by=by, at=at, version=version)
            text = _("%(deal)s is open again")
        else:
            raise Http404
    except records.Outdated as error:
        return refused(outdated(error), 409)
    undo = reverse("deals:deal_closure", args=[workspace, uid]) + f"?as={before}"
    return done(text % {"deal": row.name}, undo if before != how else "")


@require_POST
def copy(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The same deal once more; the page goes there."""
    permissions.require(request.member, "deals.change")
    row = DEALS.get(request.member, uid)
    try:
        made = actions.duplicate_deal(deal=row, by=request.member, at=timezone.now())
    except actions.Lacking as error:
        return refused(making.lacking(error), 422)
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = reverse("deals:deal", args=[workspace, made.uid])
    return response


def done(text: str, undo: str) -> HttpResponse:
    """It is done: a toast with the way back."""
    return say(HttpResponse(status=204), text, undo=undo, label=_("Undo") if undo else "")


def refused(text: str, status: int) -> HttpResponse:
    """What could not be done, for a toast; the page asks again how things stand."""
    return say(HttpResponse(text, status=status, content_type="text/plain"), text)


def outdated(error: records.Outdated) -> str:
    """Who was faster, for people."""
    who = error.by.name if error.by else _("Somebody")
    return _("%(who)s changed this deal meanwhile. Look at it once more.") % {"who": who}


def stage_named(typed: str) -> Stage:
    """The stage of this id, or 404."""
    try:
        found = Stage.objects.filter(uid=UUID(typed)).select_related("pipeline").first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    stage: Stage = found
    return stage


def seen(request: MemberRequest) -> int | None:
    """The version the page was made from."""
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
