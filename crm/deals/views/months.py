"""The cards of a forecast further down its months."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.deals import queries
from crm.deals.queries import columns
from crm.deals.views import board, pipelines
from crm.deals.views.forecast import first_month
from crm.deals.views.kind import DEALS
from crm.fields.queries import labels_of
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest


@require_safe
def cards(request: MemberRequest, workspace: str, month: str) -> HttpResponse:
    """The cards of a month after `?after=`."""
    chosen = pipelines.chosen(request.GET.get("pipeline", ""), pipelines.offered(request))
    first = first_month(request)
    try:
        found = queries.month_cards(
            request.member,
            chosen,
            month,
            request.GET.get("after", "")[:40],
            first,
            board.wanted(request),
        )
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    asked = request.GET.copy()
    if found:
        asked["after"] = columns.place(found[-1])
    context = {
        "kind": DEALS,
        "cards": found,
        "more_url": f"{request.path}?{asked.urlencode()}" if len(found) == queries.CARDS else "",
        "labels": {label.pk: label for label in labels_of("deal")},
        "upcoming": board.upcoming(request, found),
        "at": timezone.now(),
    }
    return page_or_part(request, "crm/deals/cards.html", context)
