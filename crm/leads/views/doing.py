"""What is done to leads: archived, taken up as deals, and deals made leads again."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crm.deals import actions as deals
from crm.deals.views import making
from crm.deals.views.doing import done, refused, stage_named
from crm.deals.views.kind import DEALS
from crm.leads import actions
from crm.leads.models import Lead
from crm.leads.views.kind import LEADS
from crm.timeline.views import asking
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

MOST = 500


@require_POST
def archive(request: MemberRequest, workspace: str) -> HttpResponse:
    """POST `uid`… and `as` archived, or open to take them out again."""
    permissions.require(request.member, "leads.change")
    posted = request.POST
    rows = _rows(request, posted.getlist("uid") or request.GET.getlist("uid"))
    how: dict[str, Any] = {"leads": rows, "by": request.member, "at": timezone.now()}
    back = (posted.get("as") or request.GET.get("as")) == "open"
    moved = actions.unarchive_leads(**how) if back else actions.archive_leads(**how)
    text = (
        ngettext(
            "%(count)s lead is in the inbox again",
            "%(count)s leads are in the inbox again",
            len(moved),
        )
        if back
        else ngettext("%(count)s lead archived", "%(count)s leads archived", len(moved))
    )
    uids = "&".join(f"uid={row.uid}" for row in moved)
    other = "archived" if back else "open"
    undo = f"{reverse('leads:leads_archive', args=[workspace])}?as={other}&{uids}"
    return done(text % {"count": len(moved)}, undo if moved else "")


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
    return _leave(reverse("deals:deal", args=[workspace, deal.uid]))


@require_POST
def convert_all(request: MemberRequest, workspace: str) -> HttpResponse:
    """POST `uid`… and `stage`: these leads are deals from now on, all of them or none."""
    permissions.require(request.member, "leads.change")
    permissions.require(request.member, "deals.change")
    rows = _rows(request, request.POST.getlist("uid"))
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


@require_POST
def return_all(request: MemberRequest, workspace: str) -> HttpResponse:
    """POST `uid`… of deals: they are leads again."""
    permissions.require(request.member, "leads.change")
    permissions.require(request.member, "deals.delete")
    uids = list(filter(None, map(asking.as_uid, request.GET.getlist("uid")[:MOST])))
    rows = list(DEALS.rows(request.member).filter(uid__in=uids).order_by("pk"))
    if not rows:
        raise Http404
    with transaction.atomic():
        for row in rows:
            actions.return_deal(deal=row, by=request.member, at=timezone.now())
    text = ngettext("%(count)s deal is a lead again", "%(count)s deals are leads again", len(rows))
    return done(text % {"count": len(rows)}, "")


@require_POST
def from_deal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The deal is a lead again, and the page goes there."""
    permissions.require(request.member, "leads.change")
    permissions.require(request.member, "deals.delete")
    deal = DEALS.get(request.member, uid)
    lead = actions.return_deal(deal=deal, by=request.member, at=timezone.now())
    return _leave(reverse("leads:lead", args=[workspace, lead.uid]))


def _leave(address: str) -> HttpResponse:
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = address
    return response


def _rows(request: MemberRequest, typed: list[str]) -> list[Lead]:
    try:
        uids = [UUID(each) for each in typed[:MOST]]
    except ValueError as error:
        raise Http404 from error
    rows: list[Lead] = list(LEADS.rows(request.member).filter(uid__in=uids))
    if not rows:
        raise Http404
    return rows
