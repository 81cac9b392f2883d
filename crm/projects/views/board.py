"""A board of projects, and its cards further down."""

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.fields.queries import labels_of
from crm.fields.views import lists
from crm.projects import queries
from crm.projects.models import Phase
from crm.projects.views import boards
from crm.projects.views.kind import PROJECTS
from crm.timeline.queries import places
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


@require_safe
def column(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The cards of a phase after `?after=`."""
    phase = Phase.objects.filter(uid=uid).first()
    if phase is None:
        raise Http404
    at, pk = _after(request.GET.get("after", ""))
    cards = queries.more_cards(request.member, phase, at, pk, wanted(request))
    asked = request.GET.copy()
    if cards:
        asked["after"] = queries.place(cards[-1])
    context = {
        "cards": cards,
        "more_url": f"{request.path}?{asked.urlencode()}" if len(cards) == queries.CARDS else "",
        "labels": {label.pk: label for label in labels_of("project")},
        "progress": queries.progress(cards),
        "today": timezone.localdate(),
    }
    return page_or_part(request, "crm/projects/cards.html", context)


def _after(typed: str) -> tuple[datetime, int]:
    """The place where the cards before these ended; the top of the column without one."""
    if not typed:
        return datetime.max.replace(tzinfo=UTC), 0
    place = places.read(typed)
    if place is None:
        raise Http404
    return place


def wanted(request: MemberRequest) -> Q | None:
    """Which projects the board shows."""
    return Q(owner=request.member) if request.GET.get("mine") else None
