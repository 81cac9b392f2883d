"""A board of projects."""

from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.fields.queries import labels_of
from crm.fields.views import lists
from crm.projects import queries
from crm.projects.views import boards
from crm.projects.views.kind import PROJECTS
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_safe
def board(request: MemberRequest, workspace: str) -> HttpResponse:
    """The open projects of `?board=`, or of the first one; part `columns`."""
    found = boards.offered(request)
    chosen = boards.chosen(request.GET.get("board", ""), found)
    context = {
        "place": "projects",
        "kind": PROJECTS,
        "board": queries.shown(request.member, chosen, wanted(request)),
        "boards": found,
        "mine": bool(request.GET.get("mine")),
        "labels": {label.pk: label for label in labels_of("project")},
        "today": timezone.localdate(),
        "may_change": permissions.may(request.member, "projects.change"),
        "may_settle": permissions.may(request.member, "boards.change"),
    }
    return page_or_part(request, "crm/projects/board.html", context, part="columns")


@require_safe
def listed(request: MemberRequest, workspace: str) -> HttpResponse:
    """Every project in a table."""
    return lists.records(request, PROJECTS, layout="list")


def wanted(request: MemberRequest) -> Q | None:
    """Which projects the board shows."""
    return Q(owner=request.member) if request.GET.get("mine") else None
