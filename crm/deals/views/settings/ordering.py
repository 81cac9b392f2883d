"""The order of what stands on the settings pages, as their lists tell it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone

from crm.fields.actions.ordering import put_in_order
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

MOST = 200


def ordered(
    request: MemberRequest,
    rows: Any,
    verb: str,
    about: Any = None,
    right: str = "pipelines.change",
) -> HttpResponse:
    """POST `uid`… in the order wanted; 204."""
    permissions.require(request.member, right)
    try:
        uids = [UUID(each) for each in request.POST.getlist("uid")[:MOST]]
    except ValueError as error:
        raise Http404 from error
    put_in_order(rows, uids, verb=verb, about=about, by=request.member, at=timezone.now())
    return HttpResponse(status=204)
