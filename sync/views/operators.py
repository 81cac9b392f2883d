"""The operators' page over all mailboxes, under /admin/."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.workspaces.actions import visits
from crm.workspaces.models import User
from inbox.models import Mailbox
from sync.actions import operating
from sync.queries.everywhere import pages
from sync.queries.everywhere.filters import Asked
from sync.queries.everywhere.lines import MOST_COUNTED


@require_http_methods(["GET", "HEAD", "POST"])
def mailboxes(request: HttpRequest) -> HttpResponse:
    """All mailboxes, filtered and searched; POST verb and mailbox acts on one of them."""
    now, operator = timezone.now(), request.user
    assert isinstance(operator, User)
    visited = tuple(visits.open_visits(operator=operator, at=now))
    if request.method == "POST":
        _operate(request, visited)
        return redirect(f"{reverse('operators-mailboxes')}?{request.GET.urlencode()}")
    asked = _asked(request, visited)
    page = pages.mailboxes(asked, at=now)
    visits.note_looks(operator=operator, what="all mailboxes", at=now)
    query = {k: v for k, v in request.GET.dict().items() if k in ("state", "kind", "q", "order")}
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("All mailboxes"),
        "page": page,
        "asked": asked,
        "kinds": _kinds(),
        "orders": _orders(),
        "may_act": _may_act(request),
        "query": request.GET.urlencode(),
        "before_url": f"?{urlencode(query | {'p': asked.page - 1})}" if asked.page > 1 else "",
        "after_url": f"?{urlencode(query | {'p': asked.page + 1})}" if page.has_more else "",
        "most_counted": MOST_COUNTED,
    }
    return render(request, "operators/mailboxes.html", context)


def _asked(request: HttpRequest, visited: tuple[int, ...]) -> Asked:
    number = request.GET.get("p", "")
    return Asked(
        state=request.GET.get("state", ""),
        kind=request.GET.get("kind", ""),
        words=request.GET.get("q", "")[:200],
        order=request.GET.get("order", "trouble"),
        page=max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1,
        visited=visited,
    )


def _may_act(request: HttpRequest) -> bool:
    return request.user.is_active and bool(getattr(request.user, "is_superuser", False))


def _operate(request: HttpRequest, visited: tuple[int, ...]) -> None:
    """Do it and say so; raises PermissionDenied (also to whom gave no reason) or Http404."""
    if not _may_act(request):
        raise PermissionDenied("operate")
    verb = request.POST.get("verb", "")
    try:
        found = pages.find(str(UUID(request.POST.get("mailbox", ""))))
    except ValueError:
        found = None
    if found is None or verb not in operating.ACTS:
        raise Http404
    if found[0] not in visited:
        raise PermissionDenied("visit")
    try:
        box = operating.operate(
            verb,
            workspace_id=found[0],
            mailbox_id=found[1],
            operator=request.user.get_username(),
            at=timezone.now(),
        )
    except Mailbox.DoesNotExist as error:
        raise Http404 from error
    texts = {
        "pause": _("%(address)s is paused. Its workspace can read that you did it."),
        "resume": _("%(address)s goes on. Its workspace can read that you did it."),
        "kick": _("%(address)s is read at once. Its workspace can read that you did it."),
    }
    messages.success(request, texts[verb] % {"address": box.address})


def _kinds() -> list[tuple[str, str]]:
    return [
        ("", _("All")),
        ("failing", _("Failing")),
        ("late", _("Due for five minutes")),
        ("held", _("Held by a worker")),
        ("importing", _("Importing")),
        ("deaf", _("Not listened to")),
    ]


def _orders() -> list[tuple[str, str]]:
    return [
        ("trouble", _("Trouble first")),
        ("lag", _("Longest not read")),
        ("address", _("Address")),
        ("workspace", _("Workspace")),
    ]
