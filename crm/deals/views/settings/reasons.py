"""Settings: why deals are lost."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.deals.actions import reasons as actions
from crm.deals.forms import ReasonForm
from crm.deals.models import LostReason
from crm.deals.views.settings import ordering
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
def reasons(request: MemberRequest, workspace: str) -> HttpResponse:
    """The reasons in their order, and a form for one more."""
    permissions.require(request.member, "pipelines.change")
    form = ReasonForm(request.POST or None, auto_id="new-%s")
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        actions.create_reason(name=name, by=request.member, at=timezone.now())
        return redirect("deals:reasons", workspace)
    rows = LostReason.objects.order_by("position", "pk")
    context = {"section": "reasons", "reasons": list(rows), "form": form}
    status = 422 if form.errors else 200
    return render(request, "crm/deals/settings/reasons.html", context, status=status)


@require_POST
def order(request: MemberRequest, workspace: str) -> HttpResponse:
    return ordering.ordered(request, LostReason.objects.all(), "lost_reason.ordered")


@require_POST
def reason(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name`: other words, or `remove` to take it off the list."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(LostReason, uid=uid)
    form = ReasonForm(request.POST)
    if request.POST.get("remove"):
        actions.delete_reason(reason=row, by=request.member, at=timezone.now())
        messages.success(request, _("“%(name)s” is off the list.") % {"name": row.name})
    elif form.is_valid():
        name = form.cleaned_data["name"]
        actions.rename_reason(reason=row, name=name, by=request.member, at=timezone.now())
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("A reason needs words."))
    return redirect("deals:reasons", workspace)
