"""A deal made once more."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.deals import actions
from crm.deals.views import making
from crm.deals.views.answers import refused
from crm.deals.views.kind import DEALS
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


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
