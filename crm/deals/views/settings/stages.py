"""Settings: one pipeline and its stages."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.deals.actions import stages as actions
from crm.deals.forms import NameForm, StageForm
from crm.deals.models import Deal, Pipeline, Stage
from crm.deals.views.settings import ordering
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_safe
def pipeline(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """A pipeline's name and its stages in their order."""
    permissions.require(request.member, "pipelines.change")
    return _page(request, get_object_or_404(Pipeline, uid=uid))


@require_POST
def add(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name`, `probability`, `rotting_days`: one more stage, the last."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(Pipeline, uid=uid)
    form = StageForm(request.POST, auto_id="new-%s")
    if not form.is_valid():
        return _page(request, row, new=form)
    actions.create_stage(pipeline=row, **form.cleaned_data, by=request.member, at=timezone.now())
    return redirect("deals:pipeline", workspace, uid)


@require_POST
def order(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    row = get_object_or_404(Pipeline, uid=uid)
    rows = Stage.objects.filter(pipeline=row)
    return ordering.ordered(request, rows, "pipeline.stages_ordered", row)


@require_POST
def change(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `name`, `probability`, `rotting_days` of one stage."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(Stage.objects.select_related("pipeline"), uid=uid)
    form = StageForm(request.POST, auto_id=f"stage-{row.uid}-%s")
    if not form.is_valid():
        return _page(request, row.pipeline, bound={row.pk: form})
    actions.change_stage(stage=row, values=form.cleaned_data, by=request.member, at=timezone.now())
    messages.success(request, _("%(name)s is saved.") % {"name": row.name})
    return redirect("deals:pipeline", workspace, row.pipeline.uid)


def _page(
    request: MemberRequest,
    row: Pipeline,
    *,
    bound: dict[int, StageForm] | None = None,
    new: StageForm | None = None,
) -> HttpResponse:
    stages = Stage.objects.filter(pipeline=row).order_by("position", "pk")
    stages = stages.prefetch_related("removals__to")
    counts = dict(
        Deal.objects.filter(pipeline=row).values_list("stage").annotate(Count("pk")).order_by()
    )
    every = Stage.objects.filter(pipeline__closed_at=None, removals=None)
    every = every.select_related("pipeline")
    context = {
        "section": "pipelines",
        "pipeline": row,
        "following": _following(request, row),
        "name_form": NameForm(initial={"name": row.name}),
        "stages": [
            (stage, (bound or {}).get(stage.pk) or _form(stage), counts.get(stage.pk, 0))
            for stage in stages
        ],
        "places": list(every.order_by("pipeline__position", "pipeline", "position", "pk")),
        "form": new or StageForm(auto_id="new-%s", initial={"probability": 50}),
    }
    status = 422 if bound or new else 200
    return render(request, "crm/deals/settings/pipeline.html", context, status=status)


def _following(request: MemberRequest, row: Pipeline) -> dict[str, Any]:
    """The switch for what happens when a deal rots."""
    return {
        "name": "follows_up",
        "title": _("Remind the owner to follow up"),
        "text": _(
            "A deal that lies untouched for longer than its stage allows, with nothing planned,"
            " gets an activity for its owner: once, until somebody works on it again."
        ),
        "on": row.follows_up,
        "url": reverse("deals:pipeline_following", args=[request.workspace.slug, row.uid]),
    }


def _form(stage: Stage) -> StageForm:
    values = {name: getattr(stage, name) for name in ("name", "probability", "rotting_days")}
    return StageForm(initial=values, auto_id=f"stage-{stage.uid}-%s")
