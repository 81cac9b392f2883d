"""Settings: the pipelines of a workspace."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.deals.actions import pipelines as actions
from crm.deals.forms import NameForm
from crm.deals.models import Deal, Pipeline, Stage
from crm.deals.views.pipelines import offered
from crm.deals.views.settings import ordering
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
def pipelines(request: MemberRequest, workspace: str) -> HttpResponse:
    """Every pipeline in its order, and a form for one more."""
    permissions.require(request.member, "pipelines.change")
    form = NameForm(request.POST or None, auto_id="new-%s")
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        made = actions.create_pipeline(name=name, by=request.member, at=timezone.now())
        return redirect("deals:pipeline", workspace, made.uid)
    context = {
        "section": "pipelines",
        "pipelines": _counted(offered(request)),
        "closed": list(Pipeline.objects.exclude(closed_at=None).order_by("position", "pk")),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "crm/deals/settings/pipelines.html", context, status=status)


@require_POST
def order(request: MemberRequest, workspace: str) -> HttpResponse:
    rows = Pipeline.objects.filter(closed_at=None)
    return ordering.ordered(request, rows, "pipeline.ordered")


@require_POST
def rename(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name`."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(Pipeline, uid=uid)
    form = NameForm(request.POST)
    if form.is_valid():
        values = {"name": form.cleaned_data["name"]}
        actions.change_pipeline(pipeline=row, values=values, by=request.member, at=timezone.now())
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("A pipeline needs a name."))
    return redirect("deals:pipeline", workspace, uid)


@require_POST
def following(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `follows_up` on or nothing: whether deals that rot are followed up."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(Pipeline, uid=uid)
    values = {"follows_up": request.POST.get("follows_up") == "on"}
    actions.change_pipeline(pipeline=row, values=values, by=request.member, at=timezone.now())
    return HttpResponse(status=204)


@require_POST
def closing(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `as` closed or open: whether it is offered."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(Pipeline, uid=uid)
    how: dict[str, Any] = {"pipeline": row, "by": request.member, "at": timezone.now()}
    try:
        if request.POST.get("as") == "closed":
            actions.close_pipeline(**how)
            messages.success(request, _("%(name)s is closed. Its deals stay.") % {"name": row.name})
        else:
            actions.reopen_pipeline(**how)
            messages.success(request, _("%(name)s is open again.") % {"name": row.name})
    except actions.LastOne:
        messages.error(request, _("The last pipeline stays: there must be one to sell in."))
    return redirect("deals:pipelines", workspace)


def _counted(rows: list[Pipeline]) -> list[tuple[Pipeline, int, int]]:
    """Each pipeline with how many stages it has and how many open deals; two queries."""
    stages = dict(Stage.objects.values_list("pipeline").annotate(Count("pk")).order_by())
    open_ones = Deal.objects.filter(status=Deal.Status.OPEN, trashed_at=None)
    deals = dict(open_ones.values_list("pipeline").annotate(Count("pk")).order_by())
    return [(row, stages.get(row.pk, 0), deals.get(row.pk, 0)) for row in rows]
