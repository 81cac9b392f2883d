"""Settings: the pipelines of a workspace."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
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


def _counted(rows: list[Pipeline]) -> list[tuple[Pipeline, int, int]]:
    """Each pipeline with how many stages it has and how many open deals; two queries."""
    stages = dict(Stage.objects.values_list("pipeline").annotate(Count("pk")).order_by())
    open_ones = Deal.objects.filter(status=Deal.Status.OPEN, trashed_at=None)
    deals = dict(open_ones.values_list("pipeline").annotate(Count("pk")).order_by())
    return [(row, stages.get(row.pk, 0), deals.get(row.pk, 0)) for row in rows]
