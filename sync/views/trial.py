"""Trying a connected mailbox again, step by step."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox.queries import sidebar
from sync.actions import session
from sync.models import Connection
from sync.queries import managing
from sync.views import trials
from sync.views.health import find


@require_http_methods(["GET", "HEAD", "POST"])
@transaction.non_atomic_requests
def trial(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """What the last test found; POST begins one, with no transaction held while it goes on."""
    with transaction.atomic():
        box = find(request, uid)
        connection = get_object_or_404(Connection.objects.select_related("mailbox"), mailbox=box)
        key, found = f"mailbox:{box.uid}", session.of(connection)
    if request.method == "POST":
        if trials.is_over(trials.result(key)):
            trials.forget(key)
        trials.ensure(key, found)
        return redirect("sync:trial", workspace, uid)
    result = trials.result(key)
    is_begun = result is not None or trials.has_begun(key)
    if is_begun and not trials.is_over(result):
        trials.ensure(key, found)
    with transaction.atomic():
        context = {
            "place": "health",
            "side": sidebar.side(request.member),
            "mailbox": box,
            "steps": trials.steps(result) if is_begun else None,
            "is_over": trials.is_over(result),
            "has_passed": bool(result and result["ok"]),
            "at": result.get("at") if result else None,
            "can_manage": managing.may_manage(request.member, box),
        }
        return page_or_part(request, "sync/trial.html", context, part="steps")
