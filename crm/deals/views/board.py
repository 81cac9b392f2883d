"""The board of a pipeline."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.deals import queries
from crm.deals.views import pipelines
from crm.deals.views.kind import DEALS
from crm.fields.queries import labels_of
from crm.fields.views import lists
from crm.timeline.models import Activity
from crm.timeline.queries.ahead import next_of
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

BOARD = "crm/deals/board.html"


@require_safe
def board(request: MemberRequest, workspace: str) -> HttpResponse:
    """The open deals of `?pipeline=`, or of the first one; part `columns`."""
    found = pipelines.offered(request)
    chosen = pipelines.chosen(request.GET.get("pipeline", ""), found)
    shown = queries.board(request.member, chosen, wanted(request))
    context = {
        "place": "deals",
        "kind": DEALS,
        "board": shown,
        "pipelines": found,
        "mine": bool(request.GET.get("mine")),
        "rotting": bool(request.GET.get("rotting")),
        "labels": {label.pk: label for label in labels_of("deal")},
        "reasons": queries.reasons(),
        "upcoming": upcoming(request, [card for each in shown.columns for card in each.cards]),
        "at": timezone.now(),
        "may_change": permissions.may(request.member, "deals.change"),
        "may_settle": permissions.may(request.member, "pipelines.change"),
    }
    return page_or_part(request, BOARD, context, part="columns")


@require_safe
def listed(request: MemberRequest, workspace: str) -> HttpResponse:
    """Every deal in a table."""
    return lists.records(request, DEALS, layout="list")


def upcoming(request: MemberRequest, cards: Iterable[queries.Card]) -> dict[int, Activity]:
    """What is to be done next about each of these deals; one query."""
    return next_of(request.member, "deal", [card.pk for card in cards])


def wanted(request: MemberRequest) -> queries.Wanted:
    """Which deals the board shows."""
    asked = request.GET
    rotting_at = timezone.now() if asked.get("rotting") else None
    return queries.Wanted(mine=bool(asked.get("mine")), rotting_at=rotting_at)
