"""The projects of a deal, and one started from it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.deals.models import Deal
from crm.deals.views.answers import done, refused
from crm.deals.views.kind import DEALS
from crm.fields import actions as records
from crm.projects import actions, queries
from crm.projects.models import Board, Phase, Template
from crm.projects.views import boards
from crm.projects.views.kind import PROJECTS
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
def of_deal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET lists a deal's projects, a part of its page; POST starts one, with a `template`."""
    deal = DEALS.get(request.member, uid)
    if request.method == "POST":
        permissions.require(request.member, "projects.change")
        return _start(request, deal)
    context = {
        "deal": deal,
        "projects": queries.projects_of(deal, request.member),
        "templates": list(Template.objects.order_by("position", "pk")) if _is_won(deal) else [],
        "may_start": _is_won(deal) and permissions.may(request.member, "projects.change"),
    }
    return render(request, "crm/projects/of_deal.html", context)


def _start(request: MemberRequest, deal: Deal) -> HttpResponse:
    if not _is_won(deal):
        return refused(_("A project starts when the deal is won."), 409)
    typed = request.POST.get("template", "")
    template = _template(typed) if typed else None
    board = template.board if template else boards.offered(request)[0]
    phase = _first(board)
    made = actions.start_project(
        deal=deal, phase=phase, template=template, by=request.member, at=timezone.now()
    )
    undo = reverse("projects:start_undo", args=[request.workspace.slug, made.uid])
    return done(_("The project %(name)s is started") % {"name": made.name}, undo)


@require_POST
def take_back(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The project that was started is in the trash."""
    permissions.require(request.member, "projects.delete")
    project = PROJECTS.get(request.member, uid)
    records.trash([project], by=request.member, at=timezone.now())
    return done(_("The project %(name)s is in the trash") % {"name": project.name}, "")


def _is_won(deal: Deal) -> bool:
    return deal.status == Deal.Status.WON


def _template(typed: str) -> Template:
    try:
        found = Template.objects.filter(uid=UUID(typed)).select_related("board").first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    template: Template = found
    return template


def _first(board: Board) -> Phase:
    phase: Phase = Phase.objects.filter(board=board).order_by("position", "pk")[0]
    return phase
