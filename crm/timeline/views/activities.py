"""The list of activities."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from crm.timeline.actions.preparing import prepare_types
from crm.timeline.queries import matching, pages
from crm.timeline.views import asking, moments
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

LIST = "crm/timeline/activities.html"
WHENS = (
    ("open", pgettext_lazy("activities", "Open")),
    ("overdue", pgettext_lazy("activities", "Overdue")),
    ("today", gettext_lazy("Today")),
    ("week", gettext_lazy("This week")),
    ("later", gettext_lazy("Later")),
    ("done", pgettext_lazy("activities", "Done")),
)


@require_safe
def listed(request: MemberRequest, workspace: str) -> HttpResponse:
    """Fifty activities at a time; parts `rows` and `more`."""
    at, asked = timezone.now(), asking.asked_for(request)
    page = pages.page(request.member, asked, at, request.GET.get("after", ""))
    context = around(request, asked) | {"page": page, "rows": page.rows, "about": page.about}
    part = "more" if "after" in request.GET else "rows"
    return page_or_part(request, LIST, context, part=part)


def around(request: MemberRequest, asked: matching.Filter) -> dict[str, Any]:
    """What the list and the calendar have alike."""
    chosen = {str(uid) for uid in asked.types}
    return {
        "place": "activities",
        "layout": "list",
        "asked": asked,
        "whens": WHENS,
        "types": prepare_types(),
        "chosen": chosen,
        "members": asking.members(),
        "who": request.GET.get("who", ""),
        "at": timezone.now(),
        "today": moments.today(),
        "may_change": permissions.may(request.member, "activities.change"),
    }
