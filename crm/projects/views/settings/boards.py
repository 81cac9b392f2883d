"""Settings: the boards of a workspace."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
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


def _counted(rows: list[Board]) -> list[tuple[Board, int, int]]:
    """Each board with how many phases it has and how many projects in progress; two queries."""
    phases = dict(Phase.objects.values_list("board").annotate(Count("pk")).order_by())
    open_ones = Project.objects.filter(status=Project.Status.OPEN, trashed_at=None)
    projects = dict(open_ones.values_list("board").annotate(Count("pk")).order_by())
    return [(row, phases.get(row.pk, 0), projects.get(row.pk, 0)) for row in rows]
