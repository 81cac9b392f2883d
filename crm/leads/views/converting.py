"""Leads taken up as deals."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crm.deals import actions as deals
from crm.deals.views import making
from crm.deals.views.answers import done, refused
from crm.deals.views.doing import stage_named
from crm.leads import actions
from crm.leads.views.doing import leave, rows_in
from crm.leads.views.kind import LEADS
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def convert(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `stage`: the lead is a deal from now on, and the page goes there."""
    permissions.require(request.member, "leads.change")
    permissions.require(request.member, "deals.change")
    lead = LEADS.get(request.member, uid)
    stage = stage_named(request.POST.get("stage", ""))
    try:
        deal = actions.convert_lead(lead=lead, stage=stage, by=request.member, at=timezone.now())
    except actions.Taken:
        return refused(_("This lead is a deal already."), 409)
    except deals.Lacking as error:
        return refused(making.lacking(error), 422)
    return leave(reverse("deals:deal", args=[workspace, deal.uid]))


@require_POST
def convert_all(request: MemberRequest, workspace: str) -> HttpResponse:
    """POST `uid`… and `stage`: these leads are deals from now on, all of them or none."""
    permissions.require(request.member, "leads.change")
    permissions.require(request.member, "deals.change")
    rows = rows_in(request, request.POST.getlist("uid"))
    stage = stage_named(request.POST.get("stage", ""))
    how: dict[str, Any] = {"by": request.member, "at": timezone.now()}
    try:
        made = actions.convert_leads(leads=rows, stage=stage, **how)
    except actions.Taken:
        return refused(_("This lead is a deal already."), 409)
    except deals.Lacking as error:
        return refused(making.lacking(error), 422)
    text = ngettext("%(count)s lead is a deal now", "%(count)s leads are deals now", len(made))
    uids = "&".join(f"uid={row.uid}" for row in made)
    back = made and permissions.may(request.member, "deals.delete")
    undo = f"{reverse('leads:leads_return', args=[workspace])}?{uids}" if back else ""
    return done(text % {"count": len(made)}, undo)
