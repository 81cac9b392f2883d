"""Settings: one phase of a board added, changed or removed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crm.projects.actions import boards as actions
from crm.projects.actions import phases
from crm.projects.forms import NameForm
from crm.projects.models import Board, Phase
from crm.projects.views.moving import phase_named
from crm.projects.views.settings.boards import RIGHT
from crm.projects.views.settings.phases import page
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def add(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name`: one more phase, the last."""
    permissions.require(request.member, RIGHT)
    row = get_object_or_404(Board, uid=uid)
    form = NameForm(request.POST, auto_id="new-%s")
    if not form.is_valid():
        return page(request, row, form)
    name = form.cleaned_data["name"]
    phases.create_phase(board=row, name=name, by=request.member, at=timezone.now())
    return redirect("projects:board", workspace, uid)


@require_POST
def change(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name` of one phase."""
    permissions.require(request.member, RIGHT)
    row = get_object_or_404(Phase.objects.select_related("board"), uid=uid)
    form = NameForm(request.POST)
    if form.is_valid():
        phases.rename_phase(
            phase=row, name=form.cleaned_data["name"], by=request.member, at=timezone.now()
        )
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("A phase needs a name."))
    return redirect("projects:board", workspace, row.board.uid)


@require_POST
def removal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `to`, the phase that takes its projects; not needed where there are none."""
    permissions.require(request.member, RIGHT)
    row = get_object_or_404(Phase.objects.select_related("board"), uid=uid)
    typed = request.POST.get("to", "")
    to = phase_named(typed) if typed else None
    try:
        phases.delete_phase(phase=row, to=to, by=request.member, at=timezone.now())
        messages.success(request, _("The phase %(name)s is gone.") % {"name": row.name})
    except actions.LastOne:
        messages.error(request, _("A board keeps at least one phase."))
    except phases.HasProjects as error:
        text = ngettext(
            "%(count)s project is in this phase. Choose another phase for it first.",
            "%(count)s projects are in this phase. Choose another phase for them first.",
            error.count,
        )
        messages.error(request, text % {"count": error.count})
    return redirect("projects:board", workspace, row.board.uid)
