"""Splitting a conversation from a message on, merging two, and both back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.ui.render import say
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.actions import joining, parting
from inbox.models import ThreadMerge
from inbox.queries import access, lists
from inbox.views import conversation, threads

FIND, FOUND = "inbox/merge_picker.html", "inbox/merge_found.html"
OFFERED = 8


@require_POST
def split(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """From a message on it is another conversation, which opens; 422 for the first message."""
    message = conversation.may_read(request, uid)
    former = message.thread.uid
    try:
        made = parting.split(message=message, by=request.member, at=timezone.now())
    except parting.NothingLeft:
        return _refused(_("The conversation begins with this message."))
    undo = _address(workspace, "merge", former, **{"with": made.uid})
    return _opened(request, made.uid, _("From here on it is another conversation."), undo)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET finds conversations; POST makes the one of `with` a part of this one."""
    found = conversation.find(request, uid)
    if request.method != "POST":
        return _offered(request, found.thread.uid)
    named = forms.as_uid(request.POST.get("with") or request.GET.get("with", ""))
    if named is None:
        raise Http404
    other = conversation.find(request, named)
    try:
        done = joining.merge(
            into=found.thread, other=other.thread, by=request.member, at=timezone.now()
        )
    except joining.NotApart:
        return _refused(_("They are one conversation already."))
    undo = _address(workspace, "unmerge", found.thread.uid, merge=done.uid)
    return _opened(request, found.thread.uid, _("The two are one conversation now."), undo)


@require_POST
def unmerge(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Take the `merge` of two conversations back."""
    found = conversation.find(request, uid)
    named = forms.as_uid(request.POST.get("merge") or request.GET.get("merge", ""))
    done = ThreadMerge.objects.filter(uid=named, into=found.thread).first() if named else None
    if done is None:
        raise Http404
    try:
        other = joining.unmerge(done=done, by=request.member, at=timezone.now())
    except joining.NotApart:
        return _refused(_("They cannot be taken apart any more."))
    undo = _address(workspace, "merge", found.thread.uid, **{"with": other.uid})
    return _opened(request, found.thread.uid, _("They are two conversations again."), undo)


def _offered(request: MemberRequest, uid: UUID) -> HttpResponse:
    """Conversations of the member's own mailboxes, those with the words, or the newest."""
    typed = request.GET.get("find", "").strip()[:200]
    own = access.mailbox_ids(request.member)
    narrowed = lists.Filter(place="all", query=typed)
    rows = lists.threads(request.member, narrowed, limit=OFFERED + 1, own=own).rows
    mine = [row for row in rows if row.uid != uid and not set(own).isdisjoint(row.mailbox_ids)]
    context: dict[str, Any] = {"uid": uid, "rows": mine[:OFFERED], "typed": typed}
    return render(request, FOUND if "find" in request.GET else FIND, context)


def _opened(request: MemberRequest, uid: UUID, text: str, undo: str) -> HttpResponse:
    answer = threads.opened(request, uid)
    answer.headers["HX-Push-Url"] = reverse("inbox:thread", args=[request.workspace.slug, uid])
    return say(answer, text, undo=undo, label=_("Undo"), opens="#reading")


def _refused(text: str) -> HttpResponse:
    return say(JsonResponse({"errors": [{"field": "", "message": text}]}, status=409), text)


def _address(workspace: str, name: str, uid: UUID, **said: Any) -> str:
    return f"{reverse(f'inbox:{name}', args=[workspace, uid])}?{urlencode(said)}"
