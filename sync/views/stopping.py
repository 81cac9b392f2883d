"""A mailbox looked at now, paused, or taken off."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.workspaces.middleware import MemberRequest
from sync.actions import pausing, waking
from sync.views.health import find, page


@require_POST
def check(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Look at the server now."""
    box = find(request, uid)
    waking.look_now(mailbox=box, at=timezone.now())
    return page(request, box)


@require_http_methods(["POST", "DELETE"])
def pause(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Stop, or go on."""
    box = find(request, uid, manage=True)
    act = pausing.pause if request.method == "POST" else pausing.resume
    act(by=request.member, mailbox=box, at=timezone.now())
    return page(request, box)


@require_POST
def disconnect(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Take it away."""
    box = find(request, uid, manage=True)
    pausing.delete(by=request.member, mailbox=box, at=timezone.now())
    messages.success(request, _("%(address)s is disconnected.") % {"address": box.address})
    return redirect("sync:health", workspace)
