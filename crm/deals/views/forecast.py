"""The forecast of a pipeline."""

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.deals import queries
from crm.deals.queries import months
from crm.deals.views import board, pipelines
from crm.deals.views.kind import DEALS
from crm.fields.queries import labels_of
from crm.timeline.views.moments import YEARS
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_safe
def forecast(request: MemberRequest, workspace: str) -> HttpResponse:
    """Half a year of `?pipeline=` from `?from=` (a month) on; part `columns`."""
    found = pipelines.offered(request)
    chosen = pipelines.chosen(request.GET.get("pipeline", ""), found)
    first = first_month(request)
    shown = queries.forecast(request.member, chosen, first, board.wanted(request))
    context = {
        "place": "deals",
        "layout": "forecast",
        "kind": DEALS,
        "board": shown,
        "first": first,
        "before": months.key_of((first - timedelta(days=1)).replace(day=1)),
        "next": months.key_of(months.after_month(first)),
        "pipelines": found,
        "mine": bool(request.GET.get("mine")),
        "rotting": bool(request.GET.get("rotting")),
        "reasons": queries.reasons(),
        "labels": {label.pk: label for label in labels_of("deal")},
        "upcoming": board.upcoming(request, [card for each in shown.months for card in each.cards]),
        "at": timezone.now(),
        "may_change": permissions.may(request.member, "deals.change"),
    }
    return page_or_part(request, "crm/deals/forecast.html", context, part="columns")


def first_month(request: MemberRequest) -> date:
    """The month the page begins with: this one, unless `?from=` names another."""
    typed = request.GET.get("from", "")
    try:
        if typed:
            first = date.fromisoformat(f"{typed}-01")
            # The ends of the calendar have no half a year beside them
            if not YEARS[0] <= first.year <= YEARS[1]:
                raise Http404
            return first
    except ValueError as error:
        raise Http404 from error
    return timezone.localdate().replace(day=1)
