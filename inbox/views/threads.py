"""Lists, search and open conversations."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.ui.render import page_or_part, wants_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.actions import visiting
from inbox.models import Message, Thread
from inbox.queries import ours, reading, sidebar
from inbox.views import compose, conversation, listing, narrowing
from inbox.views import messages as letters

PAGE = "inbox/page.html"


@require_safe
def home(request: MemberRequest, workspace: str) -> HttpResponse:
    return redirect("inbox:list", workspace, "inbox")


@require_safe
def folder(request: MemberRequest, workspace: str, folder: str) -> HttpResponse:
    """A list across the member's mailboxes."""
    side = _beside(request, folder)
    what = listing.asked(request, side, folder=folder)
    if folder == "inbox" and not (side.mailboxes or wants_part(request)):
        return _first(request, side, what)
    return _list(request, side, what)


@require_safe
def mailbox(request: MemberRequest, workspace: str, uid: UUID, folder: str) -> HttpResponse:
    """A list of one mailbox."""
    side = _beside(request, folder)
    return _list(request, side, listing.asked(request, side, folder=folder, mailbox=uid))


@require_safe
def search(request: MemberRequest, workspace: str) -> HttpResponse:
    """What a query finds in everything the member may read."""
    side = _beside(request, "search")
    return _list(request, side, listing.asked(request, side, folder="search"))


def _beside(request: MemberRequest, folder: str) -> sidebar.Side:
    """The side bar's numbers, or of a list alone only its own; of some of it none."""
    if not wants_part(request):
        return sidebar.side(request.member)
    if narrowing.is_narrowed(request.GET):
        return sidebar.boxes(request.member)
    return sidebar.beside(request.member, folder)


def _first(request: MemberRequest, side: sidebar.Side, what: listing.Asked) -> HttpResponse:
    """The inbox of somebody without a mailbox: what others shared, else how to begin."""
    shown = listing.context(request, side, what)
    if shown["rows"]:
        return page_or_part(request, PAGE, shown, part="rows")
    begins = {
        "place": what.folder,
        "side": side,
        "name": (request.member.name.split() or [request.member.email])[0],
        "email": request.member.email,
        "can_invite": permissions.may(request.member, "members.change"),
        "can_sample": permissions.may(request.member, "samples.change"),
    }
    return page_or_part(request, "inbox/welcome.html", begins)


def _list(request: MemberRequest, side: sidebar.Side, what: listing.Asked) -> HttpResponse:
    part = "more" if "after" in request.GET else "above" if "before" in request.GET else "rows"
    return page_or_part(request, PAGE, listing.context(request, side, what), part=part)


@require_safe
def thread(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """A conversation, beside the list it was picked from."""
    return opened(request, uid)


def opened(request: MemberRequest, uid: UUID) -> HttpResponse:
    """The reading part alone for htmx, the whole page otherwise."""
    is_part = wants_part(request)
    side = sidebar.boxes(request.member) if is_part else sidebar.side(request.member)
    page = conversation.page(request, uid, own=side.rows)
    if page.is_among_several:
        visiting.visit(thread=page.found.thread, by=request.member, at=timezone.now())
    what = listing.asked(request, side)
    shown: dict[str, Any] = conversation.context(request, page, what)
    if not is_part:
        shown = listing.context(request, side, what) | shown
    draft = forms.read_uid(request.GET, "draft")
    if draft is not None:
        shown |= compose.in_dock(request, compose.open_draft(request, draft))
    shown |= {"folder": what.folder, "place": what.folder}
    return page_or_part(request, PAGE, shown, part="reading")


@require_safe
def messages(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The messages of a conversation, asked for again when something changed."""
    found = conversation.page(request, uid)
    what = listing.Asked(workspace)
    return page_or_part(request, "inbox/messages.html", conversation.context(request, found, what))


@require_safe
def message(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """One message, unfolded."""
    try:
        item, own = reading.letter(request.member, uid)
    except Message.DoesNotExist as error:
        raise Http404 from error
    who = letters.reader(workspace, own)
    shown = letters.one(item, item.message.mailbox, who, letters.OPEN)
    return page_or_part(request, "inbox/message.html", {"message": shown})


@require_safe
def tracked(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """What a message told of its reading, asked for again when it was opened or a link followed."""
    row = conversation.may_read(request, uid)
    told = ours.told([row.pk] if row.is_tracked else [])
    shown = {"uid": row.uid, "tracked": told.get(row.pk, [])}
    return page_or_part(request, "inbox/tracked.html", {"message": shown})


@require_safe
def earlier(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """Some messages before one that is shown, folded, and the button for those before them."""
    before = forms.read_uid(request.GET, "before")
    try:
        found, window = reading.earlier(request.member, uid, before)
    except (Thread.DoesNotExist, Message.DoesNotExist) as error:
        raise Http404 from error
    who = letters.reader(workspace, found.own)
    rows = [letters.folded(row, who) for row in window.messages]
    more = conversation.more(window.earlier, rows)
    context = {"uid": found.thread.uid, "messages": rows, "more": more}
    return page_or_part(request, "inbox/earlier.html", context)


@require_safe
def side(request: MemberRequest, workspace: str) -> HttpResponse:
    """The mail part of the side bar."""
    said = request.GET
    box = said.get("mailbox", "")
    found = sidebar.side(request.member)
    shown = next((each.uid for each in found.mailboxes if str(each.uid) == box), None)
    whose = said.get("whose", "") if said.get("whose") in listing.WHOSE else ""
    context = {
        "side": found,
        "place": said.get("place", ""),
        "mailbox_uid": shown,
        "whose": whose,
        "awaiting": narrowing.word(said, "awaiting"),
        "view": {"uid": forms.read_uid(said, "view")} if said.get("view") else None,
    }
    return page_or_part(request, "inbox/side.html", context)
