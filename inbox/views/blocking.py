"""The block list: who is on it, what one more would hide, and letting somebody in again."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.ui.render import page_or_part, say
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox import forms, tasks
from inbox.actions import blocking as actions
from inbox.mime import domains
from inbox.models import Block
from inbox.queries import blocking as queries
from inbox.queries import insiders
from inbox.views import conversation

PAGE = "inbox/blocked.html"


@require_http_methods(["GET", "HEAD", "POST"])
def blocked(request: MemberRequest, workspace: str) -> HttpResponse:
    """The list; POST puts a `pattern` on it, for all mailboxes here with `for_all`."""
    if request.method != "POST":
        return page_or_part(request, PAGE, _context(request), part="rows")
    at = timezone.now()
    try:
        pattern = actions.read_pattern(_said(request, "pattern"))
        row = actions.block(
            pattern=pattern, for_all=bool(_said(request, "for_all")), by=request.member, at=at
        )
    except ValidationError as error:
        return _refused(request, error)
    is_done = tasks.settle_block(row, at=at)
    if "beside" in request.POST:
        # The conversation is gone from the page it stood on: where it can be taken back comes next
        messages.success(request, _hidden(row, is_done, request.member))
        return HttpResponse(headers={"HX-Redirect": reverse("inbox:blocked", args=[workspace])})
    undo = reverse("inbox:unblock", args=[workspace, row.uid])
    return _told(request, _hidden(row, is_done, request.member), undo)


@require_safe
def preview(request: MemberRequest, workspace: str) -> HttpResponse:
    """What a `pattern` would hide, before it is blocked."""
    if not request.GET.get("pattern"):
        return page_or_part(request, "inbox/block_preview.html", {})
    try:
        pattern = actions.read_pattern(request.GET.get("pattern", ""))
    except ValidationError as error:
        return _refused(request, error)
    for_all = bool(request.GET.get("for_all")) and queries.may_block_for_all(request.member)
    context = {
        "pattern": pattern,
        "for_all": for_all,
        "beside": "beside" in request.GET,
        "preview": queries.preview(pattern, by=request.member, for_all=for_all),
    }
    return page_or_part(request, "inbox/block_preview.html", context)


@require_POST
def unblock(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Let it in again: what was hidden is shown, what was left out comes in."""
    row = queries.of(request.member).filter(uid=uid).first()
    if row is None:
        raise Http404
    at = timezone.now()
    actions.unblock(row=row, by=request.member, at=at)
    tasks.settle_block(row, at=at)
    said = {"pattern": row.pattern, "for_all": "" if row.member_id else "1"}
    undo = f"{reverse('inbox:blocked', args=[workspace])}?{urlencode(said)}"
    return _told(request, _("%(pattern)s is let in again.") % {"pattern": row.pattern}, undo)


@require_safe
def of_thread(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Whom of a conversation one may block: those outside who wrote, and their domains."""
    page = conversation.page(request, uid)
    if not page.found.own_entries:
        raise Http404
    wrote = {item.message.sender_address for item in page.messages}
    outside = sorted(insiders.insiders().outside(each for each in wrote if each))
    names = {domains.domain(each) for each in outside}
    patterns = [*outside, *sorted(name for name in names if not domains.is_free(name))]
    return page_or_part(request, "inbox/block_thread.html", {"patterns": patterns[:8]})


def _context(request: MemberRequest, error: str = "", typed: str = "") -> dict[str, Any]:
    rows = list(queries.of(request.member))
    hidden = queries.hidden(rows, request.member)
    return {
        "place": "settings",
        "section": "blocked",
        "blocks": [
            {
                "row": row,
                "hidden": hidden.get(row.pk, 0),
                "may_lift": queries.may_lift(request.member, row),
            }
            for row in rows
        ],
        "may_for_all": queries.may_block_for_all(request.member),
        "error": error,
        "typed": typed,
    }


def _said(request: MemberRequest, name: str) -> str:
    """From the form, or from the address of an undo."""
    return forms.read_text(request.POST, name) or request.GET.get(name, "").replace("\x00", "")


def _refused(request: MemberRequest, error: ValidationError) -> HttpResponse:
    context = _context(request, " ".join(error.messages), _said(request, "pattern")[:254])
    if request.headers.get("HX-Request") == "true":
        return page_or_part(request, "inbox/block_preview.html", context, status=422)
    return page_or_part(request, PAGE, context, status=422)


def _told(request: MemberRequest, text: str, undo: str) -> HttpResponse:
    answer = page_or_part(request, PAGE, _context(request), part="rows")
    return say(answer, text, undo=undo, label=_("Undo"))


def _hidden(row: Block, is_done: bool, by: Membership) -> str:
    """What it did, and how much of that is told: nobody learns what lies in others' mailboxes."""
    if not is_done:
        return _("%(pattern)s is blocked. Its mail is being hidden.") % {"pattern": row.pattern}
    count = queries.hidden([row], by).get(row.pk, 0)
    text = ngettext(
        "%(pattern)s is blocked, %(count)s conversation hidden.",
        "%(pattern)s is blocked, %(count)s conversations hidden.",
        count,
    )
    return text % {"pattern": row.pattern, "count": count}
