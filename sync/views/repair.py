"""Comparing a mailbox with its server, and mending what differs."""

from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox.models import Mailbox
from inbox.queries import sidebar
from sync.actions import repair as repairs
from sync.models import Repair
from sync.queries import managing
from sync.queries import repairs as reports
from sync.views.health import find


@require_http_methods(["GET", "HEAD", "POST"])
def repair(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The last comparison; POST verb=compare, mend or stop."""
    box = find(request, uid, manage=request.method == "POST")
    if request.method == "POST":
        verb, now = request.POST.get("verb", ""), timezone.now()
        if verb == "stop":
            repairs.stop(mailbox=box, at=now)
        elif verb in Repair.Kind.values:
            # The page shows the one that goes on
            with suppress(repairs.AlreadyAsked):
                repairs.ask(by=request.member, mailbox=box, kind=verb, at=now)
        else:
            return HttpResponse(status=400)
        return redirect("sync:repair", workspace, box.uid)
    last = reports.last(box)
    context = {
        "place": "health",
        "side": sidebar.side(request.member),
        "mailbox": box,
        "report": reports.report(last) if last else None,
        "can_manage": managing.may_manage(request.member, box),
        "is_resting": not box.is_live or box.state == Mailbox.State.NEEDS_REAUTH,
    }
    return page_or_part(request, "sync/repair.html", context, part="report")
