"""Settings: one board and its phases."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.deals.views.settings.ordering import ordered
from crm.projects.actions import boards as actions
from crm.projects.forms import NameForm
from crm.projects.models import Board, Phase, Project
from crm.projects.views.doing import phase_named
from crm.projects.views.settings.boards import RIGHT
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_safe
def board(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """A board's name and its phases in their order."""
    permissions.require(request.member, RIGHT)
    return _page(request, get_object_or_404(Board, uid=uid))


@require_POST
def add(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name`: one more phase, the last."""
    permissions.require(request.member, RIGHT)
    row = get_object_or_404(Board, uid=uid)
    form = NameForm(request.POST, auto_id="new-%s")
    if not form.is_valid():
        return _page(request, row, form)
    name = form.cleaned_data["name"]
    actions.create_phase(board=row, name=name, by=request.member, at=timezone.now())
    return redirect("projects:board", workspace, uid)


@require_POST
def order(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    row = get_object_or_404(Board, uid=uid)
    rows = Phase.objects.filter(board=row)
    return ordered(request, rows, "board.phases_ordered", row, right=RIGHT)


@require_POST
def change(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name` of one phase."""
    permissions.require(request.member, RIGHT)
    row = get_object_or_404(Phase.objects.select_related("board"), uid=uid)
    form = NameForm(request.POST)
    if form.is_valid():
        actions.rename_phase(
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
        actions.delete_phase(phase=row, to=to, by=request.member, at=timezone.now())
        messages.success(request, _("The phase %(name)s is gone.") % {"name": row.name})
    except actions.LastOne:
        messages.error(request, _("A board keeps at least one phase."))
    except actions.HasProjects as error:
        text = ngettext(
            "%(count)s project is in this phase. Choose another phase for it first.",
            "%(count)s projects are in this phase. Choose another phase for them first.",
            error.count,
        )
        messages.error(request, text % {"count": error.count})
    return redirect("projects:board", workspace, row.board.uid)


def _page(request: MemberRequest, row: Board, new: NameForm | None = None) -> HttpResponse:
    counts = dict(
        Project.objects.filter(board=row).values_list("phase").annotate(Count("pk")).order_by()
    )
    every = Phase.objects.filter(board__closed_at=None).select_related("board")
    context = {
        "section": "boards",
        "board": row,
        "name_form": NameForm(initial={"name": row.name}),
        "phases": [
            (phase, counts.get(phase.pk, 0))
            for phase in Phase.objects.filter(board=row).order_by("position", "pk")
        ],
        "places": list(every.order_by("board__position", "board", "position", "pk")),
        "form": new or NameForm(auto_id="new-%s"),
    }
    status = 422 if new else 200
    return render(request, "crm/projects/settings/board.html", context, status=status)
