"""Leads put into the archive, and out of it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crm.deals.views.answers import done
from crm.leads import actions
from crm.leads.models import Lead
from crm.leads.views.kind import LEADS
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

MOST = 500


@require_POST
def archive(request: MemberRequest, workspace: str) -> HttpResponse:
    """POST `uid`… and `as` archived, or open to take them out again."""
    permissions.require(request.member, "leads.change")
    posted = request.POST
    rows = rows_in(request, posted.getlist("uid") or request.GET.getlist("uid"))
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


def leave(address: str) -> HttpResponse:
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = address
    return response


def rows_in(request: MemberRequest, typed: list[str]) -> list[Lead]:
    try:
        uids = [UUID(each) for each in typed[:MOST]]
    except ValueError as error:
        raise Http404 from error
    rows: list[Lead] = list(LEADS.rows(request.member).filter(uid__in=uids))
    if not rows:
        raise Http404
    return rows
