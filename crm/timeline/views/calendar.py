"""The calendar of activities."""

from datetime import timedelta

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from crm.timeline.queries import days, hours
from crm.timeline.queries.calendar import between
from crm.timeline.views import asking, moments
from crm.timeline.views.activities import around
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest

CALENDAR = "crm/timeline/calendar.html"


@require_safe
def calendar(request: MemberRequest, workspace: str) -> HttpResponse:
    """A week, or with `?by=month` a month, around `?day=`; part `sheet`."""
    asked = asking.asked_for(request)
    is_month = request.GET.get("by") == "month"
    day = moments.day_in(request.GET) or moments.today()
    first, last = days.month_of(day) if is_month else days.week_of(day)
    sheet, about = between(request.member, first, last, asked)
    context = around(request, asked) | {
        "layout": "month" if is_month else "week",
        "day": day,
        "first": first,
        "last": last,
        "sheet": sheet,
        "week": None if is_month else hours.by_hour(sheet),
        "about": about,
        "earlier": (day.replace(day=1) if is_month else first) - timedelta(days=1),
        "later": (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        if is_month
        else last + timedelta(days=1),
    }
    return page_or_part(request, CALENDAR, context, part="sheet")
