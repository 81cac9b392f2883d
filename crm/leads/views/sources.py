"""What the field of a source offers while one types."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.leads import queries
from crm.workspaces.middleware import MemberRequest

OFFERS = "crm/leads/sources.html"


@require_safe
def sources(request: MemberRequest, workspace: str) -> HttpResponse:
    """Sources used already, with the words of the one value asked with, however it is called."""
    typed = str(next(iter(request.GET.values()), "")).strip()[:80]
    found = queries.sources(request.member, typed) if typed else []
    return render(request, OFFERS, {"found": found})
