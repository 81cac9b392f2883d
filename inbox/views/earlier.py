"""The conversations that were there before a record: attached at a word, and given back."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crm.timeline.views import naming
from crm.ui.render import say
from crm.workspaces.middleware import MemberRequest
from inbox import forms, tasks
from inbox.actions import earlier


@require_POST
def attachment(request: MemberRequest, workspace: str, kind: str, uid: UUID) -> HttpResponse:
    """Link the earlier conversations of a record; `?not=` a moment takes that back."""
    record = naming.record_of(request, kind, uid)
    at = timezone.now()
    if "not" in request.GET:
        batch = forms.as_moment(request.GET["not"])
        if batch is None:
            raise Http404
        earlier.detach_earlier(record=record, by=request.member, batch=batch, at=at)
        return say(HttpResponse(status=204), _("Offered again."))
    count = tasks.attach_earlier(record=record, by=request.member, at=at)
    if count is None:
        return say(HttpResponse(status=204), _("They are being attached; go on meanwhile."))
    address = reverse("inbox:attachments", args=[workspace, kind, uid])
    text = ngettext("%(count)s conversation attached", "%(count)s conversations attached", count)
    undo = f"{address}?{urlencode({'not': at.isoformat()})}"
    return say(HttpResponse(status=204), text % {"count": count}, undo=undo, label=_("Undo"))
