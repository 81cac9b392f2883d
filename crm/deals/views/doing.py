"""Deals moved on through their pipeline."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.deals import actions
from crm.deals.models import Stage
from crm.deals.views import making
from crm.deals.views.answers import done, outdated, refused, seen
from crm.deals.views.kind import DEALS
from crm.fields import actions as records
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
