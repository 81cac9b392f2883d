"""The list of those who must not be written to: looking, adding, taking off."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.ui.render import page_or_part, say
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.actions import blocking
from inbox.actions import suppressing as actions
from inbox.queries import suppressed as queries

PAGE = "inbox/suppressed.html"
SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def suppressed(request: MemberRequest, workspace: str) -> HttpResponse:
    """The newest on the list, or those with `q` in them; POST puts a `pattern` on it."""
    if request.method != "POST":
        return page_or_part(request, PAGE, _context(request), part="rows")
    typed = forms.read_text(request.POST, "pattern")
    try:
        row = actions.suppress(
            pattern=blocking.read_pattern(typed), by=request.member, at=timezone.now()
        )
    except ValidationError as error:
        context = _context(request) | {"error": " ".join(error.messages), "typed": typed[:254]}
        return page_or_part(request, PAGE, context, part="whole", status=422)
    undo = reverse("inbox:suppression_removal", args=[workspace, row.uid])
    answer = page_or_part(request, PAGE, _context(request), part="whole")
    text = _("%(pattern)s is on the list.") % {"pattern": row.pattern}
    return say(answer, text, undo=undo, label=_("Undo"))


@require_POST
def removal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Take one off the list; with `not` it is as if that had never been done."""
    is_back = "not" in request.GET
    rows = queries.known(request.member) if is_back else queries.listed(request.member)
    row = rows.filter(uid=uid).first()
    if row is None:
        raise Http404
    run = actions.bring_back if is_back else actions.lift
    run(row=row, by=request.member, at=timezone.now())
    answer = page_or_part(request, PAGE, _context(request), part="rows")
    if is_back:
        return answer
    undo = f"{reverse('inbox:suppression_removal', args=[workspace, uid])}?not=1"
    text = _("%(pattern)s is off the list.") % {"pattern": row.pattern}
    return say(answer, text, undo=undo, label=_("Undo"))


def _context(request: MemberRequest) -> dict[str, Any]:
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:254]
    rows = list(queries.listed(request.member, typed)[: SHOWN + 1])
    return {
        "place": "settings",
        "section": "suppressed",
        "rows": rows[:SHOWN],
        "is_more": len(rows) > SHOWN,
        "shown": SHOWN,
        "q": typed,
    }
