"""The menu of what a list of conversations can be narrowed to."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.workspaces.middleware import MemberRequest
from inbox.queries import sidebar
from inbox.views import listing, narrowing


@require_safe
def filters(request: MemberRequest, workspace: str) -> HttpResponse:
    """The filters that the list of this address may have, each with the list it leads to."""
    what = listing.asked(request, sidebar.boxes(request.member))
    context = {"choices": narrowing.choices(what), "labels": narrowing.label_choices(what)}
    return render(request, "inbox/filters.html", context)
