"""Linking a conversation by hand from beside it, and taking links back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.fields.queries import searching
from crm.fields.views import lines
from crm.timeline.views import naming
from crm.ui.render import say
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox import forms
from inbox.actions import choosing
from inbox.models import Message
from inbox.queries import asking, reading
from inbox.views import conversation, listing

FACTS, PICKER, FOUND = "inbox/facts.html", "inbox/link_picker.html", "inbox/link_found.html"
OF_A_KIND, SHOWN = 4, 12


@require_safe
def facts(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """What stands beside a conversation, asked for again when something changed."""
    return shown(request, uid)


@require_safe
def of_message(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The field that finds a record to link a single message to."""
    message = conversation.may_read(request, uid)
    context = {"uid": message.thread.uid, "message": message.uid, "address": ""}
    return render(request, PICKER, context)


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """GET finds records by name; POST `do` links, unlinks, restores, declines or asks again.

    `about` names the record as `kind:uid`, `message` a single message.
    """
    if request.method != "POST":
        return _found(request, uid)
    found = conversation.find(request, uid)
    said = {**request.GET.dict(), **request.POST.dict()}
    run = DOES.get(said.get("do", ""))
    if run is None:
        raise Http404
    text, undo = run(request, found, said, timezone.now())
    address = reverse("inbox:links", args=[workspace, uid])
    back = f"{address}?{urlencode(undo)}" if undo else ""
    return say(shown(request, uid), text, undo=back, label=_("Undo"))


def shown(request: MemberRequest, uid: UUID) -> HttpResponse:
    """The context of a conversation anew."""
    page = conversation.page(request, uid)
    context = conversation.context(request, page, listing.Asked(request.workspace.slug))
    return render(request, FACTS, context)


def _found(request: MemberRequest, uid: UUID) -> HttpResponse:
    found = conversation.find(request, uid)
    message = forms.read_uid(request.GET, "message")
    address = forms.read_text(request.GET, "address").strip().lower()
    context: dict[str, Any] = {"uid": found.thread.uid, "message": message, "address": address}
    if "find" not in request.GET:
        return render(request, PICKER, context)
    typed = request.GET["find"].strip()[:100]
    kinds = ("person",) if address else None
    hits = found_by(request.member, typed, of=kinds)
    return render(request, FOUND, context | {"found": hits, "typed": typed})


def found_by(member: Membership, typed: str, of: Sequence[str] | None = None) -> Sequence[Any]:
    """The records of that name which one may link to."""
    return lines.offered(member, searching.search(member, typed, limit=OF_A_KIND, of=of)[:SHOWN])


Said = dict[str, Any]
Done = tuple[str, Said]


def _link(request: MemberRequest, found: reading.Found, said: Said, at: datetime) -> Done:
    record = _named(request, said)
    message = forms.as_uid(said.get("message", ""))
    meant: list[Message] = []
    if message is not None:
        meant = [conversation.may_read(request, message)]
        if meant[0].thread_id != found.thread.pk:
            raise Http404
    choosing.link(thread=found.thread, record=record, by=request.member, at=at, messages=meant)
    text = _("Linked to %(name)s") % {"name": record.name}
    return text, {"do": "unlink", "about": listing.named(record)}


def _unlink(request: MemberRequest, found: reading.Found, said: Said, at: datetime) -> Done:
    record = _named(request, said)
    choosing.unlink(thread=found.thread, record=record, by=request.member, at=at)
    text = _("No longer linked to %(name)s") % {"name": record.name}
    return text, {"do": "restore", "about": listing.named(record)}


def _restore(request: MemberRequest, found: reading.Found, said: Said, at: datetime) -> Done:
    record = _named(request, said)
    choosing.restore(thread=found.thread, record=record, by=request.member, at=at)
    text = _("Linked to %(name)s") % {"name": record.name}
    return text, {"do": "unlink", "about": listing.named(record)}


def _decline(request: MemberRequest, found: reading.Found, _said: Said, at: datetime) -> Done:
    page = conversation.page(request, found.thread.uid)
    rows, _is_asked = asking.candidates(request.member, found.settled, page.links)
    choosing.decline(thread=found.thread, records=rows, by=request.member, at=at)
    return _("It is about none of them."), {"do": "ask", "at": at.isoformat()}


def _ask(request: MemberRequest, found: reading.Found, said: Said, at: datetime) -> Done:
    answered = forms.as_moment(said.get("at", ""))
    if answered is None:
        raise Http404
    choosing.ask_again(thread=found.thread, answered=answered, by=request.member, at=at)
    return _("Asked again."), {}


DOES: dict[str, Callable[[MemberRequest, reading.Found, Said, datetime], Done]] = {
    "link": _link,
    "unlink": _unlink,
    "restore": _restore,
    "none": _decline,
    "ask": _ask,
}


def _named(request: MemberRequest, said: Said) -> Any:
    [record] = naming.records_in(request, [said.get("about", "")])
    return record
