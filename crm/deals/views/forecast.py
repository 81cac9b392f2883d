"""The forecast of a pipeline, and a deal that is expected in another month."""

from datetime import date, timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.deals import actions, queries
from crm.deals.queries import months
from crm.deals.templatetags.deals import month_name
from crm.deals.views import board, doing, pipelines
from crm.deals.views.kind import DEALS
from crm.fields import actions as records
from crm.fields.queries import labels_of
from crm.timeline.views.asking import YEARS
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_safe
def forecast(request: MemberRequest, workspace: str) -> HttpResponse:
    """Half a year of `?pipeline=` from `?from=` (a month) on; part `columns`."""
    found = pipelines.offered(request)
    chosen = pipelines.chosen(request.GET.get("pipeline", ""), found)
    first = _first(request)
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


@require_safe
def cards(request: MemberRequest, workspace: str, month: str) -> HttpResponse:
    """The cards of a month after `?after=`."""
    chosen = pipelines.chosen(request.GET.get("pipeline", ""), pipelines.offered(request))
    first = _first(request)
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
        asked["after"] = months.place(found[-1])
    context = {
        "kind": DEALS,
        "cards": found,
        "more_url": f"{request.path}?{asked.urlencode()}" if len(found) == queries.CARDS else "",
        "labels": {label.pk: label for label in labels_of("deal")},
        "upcoming": board.upcoming(request, found),
        "at": timezone.now(),
    }
    return page_or_part(request, "crm/deals/cards.html", context)


@require_POST
def move(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `to`, a month as 2026-11 or "none", or a whole day; the day of the month stays."""
    permissions.require(request.member, "deals.change")
    row = DEALS.get(request.member, uid)
    before = row.expected_on
    to = _day(request.POST.get("to") or request.GET.get("to", ""), before)
    try:
        actions.change_deal(
            deal=row,
            values={"expected_on": to},
            by=request.member,
            at=timezone.now(),
            version=doing.seen(request),
        )
    except records.Outdated as error:
        return doing.refused(doing.outdated(error), 409)
    if to is None:
        text = _("%(deal)s is expected at no time") % {"deal": row.name}
    else:
        text = _("%(deal)s is expected in %(month)s") % {"deal": row.name, "month": month_name(to)}
    undo = reverse("deals:deal_month", args=[workspace, uid])
    back = before.isoformat() if before else months.NEVER
    return doing.done(text, f"{undo}?to={back}" if before != to else "")


def _first(request: MemberRequest) -> date:
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


def _day(typed: str, before: date | None) -> date | None:
    if typed == months.NEVER:
        return None
    try:
        if len(typed) == 10:
            return date.fromisoformat(typed)
        return months.day_in(date.fromisoformat(f"{typed}-01"), before)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
