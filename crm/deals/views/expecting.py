"""A deal that is expected in another month."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.deals import actions
from crm.deals.queries import months
from crm.deals.templatetags.deals import month_name
from crm.deals.views import answers
from crm.deals.views.kind import DEALS
from crm.fields import actions as records
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


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
            version=answers.seen(request),
        )
    except records.Outdated as error:
        return answers.refused(answers.outdated(error), 409)
    if to is None:
        text = _("%(deal)s is expected at no time") % {"deal": row.name}
    else:
        text = _("%(deal)s is expected in %(month)s") % {"deal": row.name, "month": month_name(to)}
    undo = reverse("deals:deal_month", args=[workspace, uid])
    back = before.isoformat() if before else months.NEVER
    return answers.done(text, f"{undo}?to={back}" if before != to else "")


def _day(typed: str, before: date | None) -> date | None:
    if typed == months.NEVER:
        return None
    try:
        if len(typed) == 10:
            return date.fromisoformat(typed)
        return months.day_in(date.fromisoformat(f"{typed}-01"), before)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
