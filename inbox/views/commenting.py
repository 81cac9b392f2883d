"""Comments of a conversation: written in the dock, changed, taken away; and whom they let in."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.timeline import wording
from crm.timeline.actions.notes import colleagues
from crm.timeline.views.notes import FORMATS
from crm.ui.render import say
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox import forms
from inbox.actions import commenting as actions
from inbox.actions import guests
from inbox.models import Comment, Mailbox, Thread
from inbox.queries import access, between, reading
from inbox.views import conversation

FORM = "inbox/comment_form.html"


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET the form of a comment; POST `html` writes it. 422 for none, or one too long."""
    found = conversation.find(request, uid)
    if request.method != "POST":
        return _form(request, found.thread)
    typed = request.POST.get("html", "")
    try:
        said = actions.write(thread=found.thread, html=typed, by=request.member, at=timezone.now())
    except wording.Unfit as error:
        return _form(request, found.thread, typed=typed, error=_unfit(error), status=422)
    return _said(request, found.thread, said)


@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET the form of a comment of one's own; POST `html` changes it. 422 as above."""
    row = _own(request, uid)
    if request.method != "POST":
        return _form(request, row.thread, row, typed=row.html)
    typed = request.POST.get("html", "")
    try:
        said = actions.change(comment=row, html=typed, by=request.member, at=timezone.now())
    except wording.Unfit as error:
        return _form(request, row.thread, row, typed=typed, error=_unfit(error), status=422)
    return _said(request, row.thread, said)


@require_POST
def removal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """A comment of one's own is taken away, or with `?not=1` brought back."""
    row = Comment.objects.select_related("thread").filter(uid=uid, by=request.member).first()
    if row is None:
        raise Http404
    back = "not" in request.GET
    turn = actions.bring_back if back else actions.remove
    try:
        turn(comment=row, by=request.member, at=timezone.now())
    except PermissionDenied as error:
        raise Http404 from error
    undo = "" if back else f"{reverse('inbox:comment_removal', args=[workspace, uid])}?not=1"
    text = _("Comment brought back") if back else _("Comment removed")
    return say(HttpResponse(status=204), text, undo=undo, label=_("Undo") if undo else "")


@require_POST
def guest(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Whoever a mention let in reads it no more, or with `?not=1` again. `member` names him."""
    found = conversation.find(request, uid)
    named = forms.as_uid(request.POST.get("member") or request.GET.get("member", ""))
    back = "not" in request.GET
    # Also whose access has ended is shut out, and not let in again
    here = Membership.objects.using("default").filter(workspace_id=request.workspace.pk)
    known: Iterable[Membership] = colleagues() if back else here
    member = next((each for each in known if each.uid == named), None)
    boxes = [box for box in found.own if box.pk in {e.mailbox_id for e in found.own_entries}]
    if member is None or not boxes:
        raise Http404
    turn = guests.let_in if back else guests.shut_out
    for box in boxes:
        turn(thread=found.thread, mailbox=box, member=member, by=request.member, at=timezone.now())
    address = f"{reverse('inbox:guest', args=[workspace, uid])}?member={member.uid}"
    words = _("%(name)s can read it again") if back else _("%(name)s cannot read it any more")
    text = words % {"name": member.name}
    undo = "" if back else f"{address}&not=1"
    return say(HttpResponse(status=204), text, undo=undo, label=_("Undo") if undo else "")


def _own(request: MemberRequest, uid: UUID) -> Comment:
    rows = between.comments(request.member).filter(uid=uid, by=request.member)
    row: Comment | None = rows.select_related("thread", "mailbox").first()
    if row is None:
        raise Http404
    return row


def _said(request: MemberRequest, thread: Thread, said: actions.Said) -> HttpResponse:
    """The closed dock, and a word of whom the comment let in."""
    found, answered = reading.answerable(request.member, thread.uid)
    dock = conversation.dock(request, found, answered)
    answer = render(request, "inbox/dock.html", {"dock": dock})
    if said.shared:
        text = _("Saved, and shared with %(names)s") % {"names": _names(said.shared)}
    elif said.outside:
        words = _("Saved. %(names)s cannot read this conversation and was not told.")
        text = words % {"names": _names(said.outside)}
    else:
        text = _("Comment saved")
    return say(answer, text)


def _names(people: Sequence[Membership]) -> str:
    return ", ".join(person.name for person in people)


def _form(
    request: MemberRequest,
    thread: Thread,
    row: Comment | None = None,
    *,
    typed: str = "",
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    slug = request.workspace.slug
    mailbox: Mailbox = row.mailbox if row is not None else actions.where(thread, request.member)
    readers = access.readers(thread_id=thread.pk, mailbox_ids=[mailbox.pk])
    people = colleagues()
    context: dict[str, Any] = {
        "address": reverse("inbox:comment", args=[slug, row.uid])
        if row is not None
        else reverse("inbox:comments", args=[slug, thread.uid]),
        "close_url": reverse("inbox:dock", args=[slug, thread.uid]),
        "typed": typed,
        "error": error,
        "formats": FORMATS,
        "names": [member.name for member in people],
        "outside": [member.name for member in people if member.pk not in readers],
        "is_own": mailbox.pk in access.mailbox_ids(request.member),
    }
    return render(request, FORM, context, status=status)


def _unfit(error: wording.Unfit) -> str:
    if str(error) == "long":
        return _("A comment has at most 100,000 characters with its formatting.")
    return _("Write something first.")
