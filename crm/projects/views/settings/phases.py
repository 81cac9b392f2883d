"""Settings: one board and its phases."""

from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from crm.deals.views.settings.ordering import ordered
from crm.projects.forms import NameForm
from crm.projects.models import Board, Phase, Project
from crm.projects.views.settings.boards import RIGHT
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_safe
def board(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """A board's name and its phases in their order."""
    permissions.require(request.member, RIGHT)
    return page(request, get_object_or_404(Board, uid=uid))


@require_POST
def order(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    row = get_object_or_404(Board, uid=uid)
    rows = Phase.objects.filter(board=row)
    return ordered(request, rows, "board.phases_ordered", row, right=RIGHT)


def page(request: MemberRequest, row: Board, new: NameForm | None = None) -> HttpResponse:
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
