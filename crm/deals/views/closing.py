"""Deals won, lost, and opened again."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.deals import actions
from crm.deals.views.answers import done, outdated, refused, seen
from crm.deals.views.kind import DEALS
from crm.fields import actions as records
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


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
