"""Trying a connected mailbox again, step by step, and taking along what helps to help."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox.queries import sidebar
from sync.actions import session
from sync.models import Connection
from sync.queries import diagnostics as told
from sync.queries import health as standing
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
            "can_manage": standing.may_manage(request.member, box),
        }
        return page_or_part(request, "sync/trial.html", context, part="steps")


@require_safe
def diagnostics(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """How the mailbox stands as a file for whoever helps: no secret, no address, no mail."""
    box, now = find(request, uid), timezone.now()
    return JsonResponse(
        told.diagnostics(box, at=now),
        json_dumps_params={"indent": 1, "ensure_ascii": False},
        headers={
            "Content-Disposition": f'attachment; filename="fio-mailbox-{now:%Y%m%d-%H%M}.json"',
            "Cache-Control": "private, no-store",
        },
    )
