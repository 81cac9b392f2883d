"""Settings: one board renamed, closed and opened again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.projects.actions import boards as actions
from crm.projects.forms import NameForm
from crm.projects.models import Board
from crm.projects.views.settings.boards import RIGHT
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def rename(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name`."""
    permissions.require(request.member, RIGHT)
    row = get_object_or_404(Board, uid=uid)
    form = NameForm(request.POST)
    if form.is_valid():
        actions.rename_board(
            board=row, name=form.cleaned_data["name"], by=request.member, at=timezone.now()
        )
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("A board needs a name."))
    return redirect("projects:board", workspace, uid)


@require_POST
def closing(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `as` closed or open: whether it is offered."""
    permissions.require(request.member, RIGHT)
    row = get_object_or_404(Board, uid=uid)
    how: dict[str, Any] = {"board": row, "by": request.member, "at": timezone.now()}
    try:
        if request.POST.get("as") == "closed":
            actions.close_board(**how)
            text = _("%(name)s is closed. Its projects stay.")
        else:
            actions.reopen_board(**how)
            text = _("%(name)s is open again.")
        messages.success(request, text % {"name": row.name})
    except actions.LastOne:
        messages.error(request, _("The last board stays: there must be one to work with."))
    return redirect("projects:boards", workspace)
