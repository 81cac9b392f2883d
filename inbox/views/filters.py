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
    side = sidebar.boxes(request.member)
    what = listing.asked(request, side)
    in_team = what.box.is_team if what.box else any(box.is_team for box in side.mailboxes)
    context = {
        "choices": narrowing.choices(what),
        "whose": narrowing.whose_choices(what) if in_team else [],
        "labels": narrowing.label_choices(what),
    }
    return render(request, "inbox/filters.html", context)
