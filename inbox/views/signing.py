"""The signature of a mailbox."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.actions import compose
from inbox.actions import templates as actions
from inbox.models import Mailbox
from inbox.queries import access, placeholders
from inbox.queries import templates as queries


@require_http_methods(["GET", "HEAD", "POST"])
def signature(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The signature of a mailbox; whoever writes from it may change it."""
    box: Mailbox | None = access.mailboxes(request.member).filter(uid=uid).first()
    if box is None:
        raise Http404
    if request.method == "POST":
        html = forms.read_text(request.POST, "html")[: compose.LONGEST]
        actions.sign(mailbox=box, html=html, by=request.member, at=timezone.now())
        return redirect("inbox:signature", workspace, uid)
    row = queries.signatures([box]).get(box.pk)
    context = {
        "place": "settings",
        "section": "mailboxes",
        "mailbox": box,
        "html": row.html if row else "",
        "fields": [field for field in placeholders.fields() if field.group == "sender"],
    }
    return page_or_part(request, "inbox/signature.html", context)
