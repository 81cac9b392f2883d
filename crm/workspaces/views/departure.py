"""Taking everything along."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from crm.workspaces import actions, permissions
from crm.workspaces.forms.departure import ClosingForm
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Export
from crm.workspaces.views import exports


@never_cache
@require_GET
def departure(request: MemberRequest, workspace: str) -> HttpResponse:
    """Exports, and the end."""
    permissions.require(request.member, "workspace.end")
    return page(request, ClosingForm(workspace=request.workspace))


def page(request: MemberRequest, form: ClosingForm, *, status: int = 200) -> HttpResponse:
    rows = list(Export.objects.select_related("asked_by").order_by("-id")[:10])
    now = timezone.now()
    shown = [row for row in rows if row.expires_at is None or row.expires_at > now]
    context = {
        "exports": [{"row": row, "token": exports.SIGNER.sign(str(row.uid))} for row in shown],
        "is_busy": any(row.state in ("queued", "running") for row in shown),
        "closing_form": form,
        "days": actions.GRACE.days,
        "section": "departure",
    }
    return render(request, "crm/workspaces/departure.html", context, status=status)
