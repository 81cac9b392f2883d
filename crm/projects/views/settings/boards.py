"""Settings: the boards of a workspace."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.deals.views.settings.ordering import ordered
from crm.projects.actions import boards as actions
from crm.projects.forms import NameForm
from crm.projects.models import Board, Phase, Project, Template
from crm.projects.views.boards import offered
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

RIGHT = "boards.change"


@require_http_methods(["GET", "HEAD", "POST"])
def boards(request: MemberRequest, workspace: str) -> HttpResponse:
    """Every board and template in its order, and a form for one more board."""
    permissions.require(request.member, RIGHT)
    form = NameForm(request.POST or None, auto_id="new-%s")
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        made = actions.create_board(name=name, by=request.member, at=timezone.now())
        return redirect("projects:board", workspace, made.uid)
    context = {
        "section": "boards",
        "boards": _counted(offered(request)),
        "closed": list(Board.objects.exclude(closed_at=None).order_by("position", "pk")),
        "templates": list(Template.objects.select_related("board").order_by("position", "pk")),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "crm/projects/settings/boards.html", context, status=status)


@require_POST
def order(request: MemberRequest, workspace: str) -> HttpResponse:
    rows = Board.objects.filter(closed_at=None)
    return ordered(request, rows, "board.ordered", right=RIGHT)


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


def _counted(rows: list[Board]) -> list[tuple[Board, int, int]]:
    """Each board with how many phases it has and how many projects in progress; two queries."""
    phases = dict(Phase.objects.values_list("board").annotate(Count("pk")).order_by())
    open_ones = Project.objects.filter(status=Project.Status.OPEN, trashed_at=None)
    projects = dict(open_ones.values_list("board").annotate(Count("pk")).order_by())
    return [(row, phases.get(row.pk, 0), projects.get(row.pk, 0)) for row in rows]
