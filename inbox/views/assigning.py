"""Whose a conversation of a team's mailbox is: the menu of who works there, and the choice."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.timeline.models import Event
from crm.workspaces import directory
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox import forms
from inbox.actions import assigning as actions
from inbox.models import Mailbox, MailboxThread
from inbox.queries import access, reading, workers

MENU = "inbox/assign.html"
NOBODY = "nobody"


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: MemberRequest, workspace: str) -> HttpResponse:
    """GET who `thread`… can be given to; POST gives them `to` a member or "nobody".

    POST with `undo` takes an earlier choice of one's own back. 422 with the reason as `text` for
    a member whose access has ended.
    """
    threads = reading.meant(
        forms.read_uids(request.POST.getlist("thread") or request.GET.getlist("thread"))
    )
    if request.method != "POST":
        return render(request, MENU, _menu(request, [thread.pk for thread in threads]))
    if "undo" in request.GET:
        return _undo(request)
    try:
        to = chosen(request)
        done = actions.assign(threads=threads, to=to, by=request.member, at=timezone.now())
    except (PermissionDenied, Membership.DoesNotExist) as error:
        raise Http404 from error
    except directory.Ended as error:
        return JsonResponse({"text": str(error)}, status=422)
    undo = f"{reverse('inbox:assign', args=[workspace])}?undo={done.uid}" if done else ""
    return JsonResponse({"text": _said(request, to), "undo": undo})


def _undo(request: MemberRequest) -> HttpResponse:
    uid = forms.read_uid(request.GET, "undo")
    done = Event.objects.filter(uid=uid, verb=actions.VERB, by=request.member).first()
    if done is None:
        raise Http404
    actions.take_back(done=done, by=request.member, at=timezone.now())
    return JsonResponse({})


def chosen(request: MemberRequest) -> Membership | None:
    """Raises Membership.DoesNotExist for whoever is not of this workspace, and directory.Ended."""
    said = request.POST.get("to", "")
    if said == NOBODY:
        return None
    uid = forms.as_uid(said)
    if uid is None:
        raise Membership.DoesNotExist
    return directory.receiver(uid)


def _said(request: MemberRequest, to: Membership | None) -> str:
    if to is None:
        return _("Assigned to nobody")
    if to.pk == request.member.pk:
        return _("Assigned to you")
    return _("Assigned to %(name)s") % {"name": to.name}


def _menu(request: MemberRequest, threads: list[int]) -> dict[str, Any]:
    """The member first, then the others of the team mailboxes, and who has it now."""
    boxes = access.mailboxes(request.member).filter(kind=Mailbox.Kind.TEAM)
    rows = MailboxThread.objects.filter(thread__in=threads, mailbox__in=boxes)
    found = set(rows.values_list("mailbox_id", "assignee_id"))
    inside = sorted({box for box, _whose in found})
    people: list[Membership] = []
    if inside:
        within = workers.ids(inside)
        people = [one for one in directory.colleagues(request.workspace.pk) if one.pk in within]
    people.sort(key=lambda each: each.pk != request.member.pk)
    holders = {whose for _box, whose in found}
    return {
        "people": people,
        "me": request.member.pk,
        "holder": next(iter(holders)) if len(holders) == 1 else None,
        "is_nobodys": holders == {None},
    }
