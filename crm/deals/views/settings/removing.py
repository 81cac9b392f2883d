"""Settings: the end of a stage, and how far it is."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from crm.deals import actions as deals
from crm.deals import tasks
from crm.deals.actions import removing
from crm.deals.actions.pipelines import LastOne
from crm.deals.models import Stage, StageRemoval
from crm.deals.views import doing, making
from crm.ui.templatetags.ui import number
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def removal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `to`, the stage that takes its deals; not needed where there are none."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(Stage.objects.select_related("pipeline"), uid=uid)
    typed = request.POST.get("to", "")
    to = doing.stage_named(typed) if typed else None
    try:
        done = removing.remove_stage(stage=row, to=to, by=request.member, at=timezone.now())
        if isinstance(done, StageRemoval):
            tasks.ring_after(done)
        else:
            messages.success(request, gone(row.name, done))
    except LastOne:
        messages.error(request, _("A pipeline keeps at least one stage."))
    except removing.Leaving:
        messages.error(request, _("One of these stages is being removed right now."))
    except removing.HasDeals as error:
        messages.error(request, full(error.count))
    except deals.Lacking as error:
        messages.error(request, making.lacking(error))
    return redirect("deals:pipeline", workspace, row.pipeline.uid)


@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """How far a removal is, as a part of the pipeline's page; POST goes on with a broken one."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(StageRemoval.objects.select_related("stage", "to"), uid=uid)
    if request.method == "POST":
        removing.try_again(removal=row)
        tasks.ring_after(row)
        row.refresh_from_db(fields=["failed_at"])
    context = {"removal": row, "stage": row.stage, "gone": gone(row.name, row.done)}
    return render(request, "crm/deals/settings/removal.html", context)


def gone(name: str, count: int) -> str:
    """That a stage was removed and how many deals moved."""
    text = ngettext(
        "%(name)s is gone, %(count)s deal moved.",
        "%(name)s is gone, %(count)s deals moved.",
        count,
    )
    return text % {"name": name, "count": number(count)}


def full(count: int) -> str:
    """That a stage cannot go while there are deals in it."""
    text = ngettext(
        "%(count)s deal is in this stage. Choose another stage for it first.",
        "%(count)s deals are in this stage. Choose another stage for them first.",
        count,
    )
    return text % {"count": count}
