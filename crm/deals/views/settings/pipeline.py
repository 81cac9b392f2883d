"""Settings: one pipeline renamed, followed up, closed and opened again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.deals.actions import pipelines as actions
from crm.deals.forms import NameForm
from crm.deals.models import Pipeline
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def rename(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name`."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(Pipeline, uid=uid)
    form = NameForm(request.POST)
    if form.is_valid():
        values = {"name": form.cleaned_data["name"]}
        actions.change_pipeline(pipeline=row, values=values, by=request.member, at=timezone.now())
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("A pipeline needs a name."))
    return redirect("deals:pipeline", workspace, uid)


@require_POST
def following(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `follows_up` on or nothing: whether deals that rot are followed up."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(Pipeline, uid=uid)
    values = {"follows_up": request.POST.get("follows_up") == "on"}
    actions.change_pipeline(pipeline=row, values=values, by=request.member, at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def closing(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `as` closed or open: whether it is offered."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(Pipeline, uid=uid)
    how: dict[str, Any] = {"pipeline": row, "by": request.member, "at": timezone.now()}
    try:
        if request.POST.get("as") == "closed":
            actions.close_pipeline(**how)
            messages.success(request, _("%(name)s is closed. Its deals stay.") % {"name": row.name})
        else:
            actions.reopen_pipeline(**how)
            messages.success(request, _("%(name)s is open again.") % {"name": row.name})
    except actions.LastOne:
        messages.error(request, _("The last pipeline stays: there must be one to sell in."))
    return redirect("deals:pipelines", workspace)
