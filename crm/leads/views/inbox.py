"""The lead inbox, the archive, and what became deals."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from crm.fields.views import lists
from crm.leads.models import Lead
from crm.leads.views.kind import LEADS, stages
from crm.workspaces.middleware import MemberRequest


@require_safe
def inbox(request: MemberRequest, workspace: str) -> HttpResponse:
    """The leads of `?status=`, those of the inbox without it."""
    typed = request.GET.get("status", "")
    status = typed if typed in Lead.Status.values else Lead.Status.OPEN

    def loaded(rows: QuerySet[Any]) -> QuerySet[Any]:
        return LEADS.loaded(rows).filter(status=status)

    shown = replace(LEADS, loaded=loaded)
    more = {
        "status": str(status),
        "statuses": Lead.Status.choices,
        "bulk": "crm/leads/bulk.html",
        "stages": stages(request),
    }
    return lists.records(request, shown, **more)
