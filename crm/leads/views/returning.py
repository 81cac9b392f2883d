"""Deals made leads again."""

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crm.deals.views.answers import done
from crm.deals.views.kind import DEALS
from crm.leads import actions
from crm.leads.views.doing import MOST, leave
from crm.timeline.views import naming
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def return_all(request: MemberRequest, workspace: str) -> HttpResponse:
    """POST `uid`… of deals: they are leads again."""
    permissions.require(request.member, "leads.change")
    permissions.require(request.member, "deals.delete")
    uids = list(filter(None, map(naming.as_uid, request.GET.getlist("uid")[:MOST])))
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
    return leave(reverse("leads:lead", args=[workspace, lead.uid]))
