"""From a request to a list of conversations: what is asked for, its rows, its addresses."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.fields.models import Record
from crm.fields.queries import saved
from crm.timeline import subjects
from crm.ui import addresses
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.queries import lists, reasons, search, sidebar
from inbox.queries.narrowing import Source
from inbox.views import narrowing, rows

FOLDERS = {
    "inbox": gettext_lazy("Inbox"),
    "snoozed": gettext_lazy("Snoozed"),
    "sent": gettext_lazy("Sent"),
    "done": pgettext_lazy("folder", "Done"),
    "archive": pgettext_lazy("folder", "Archive"),
    "trash": gettext_lazy("Trash"),
    "spam": gettext_lazy("Spam"),
    "all": gettext_lazy("All mail"),
}
WHOSE = ("me", "nobody", "somebody")
PAGE = 50
MOST = 500
FEW = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """The list a page shows, or the one an open conversation was picked from."""

    slug: str
    folder: str = "inbox"
    box: sidebar.Box | None = None
    is_unread_only: bool = False
    # In teams' mailboxes: "me", "nobody" or "somebody"
    whose: str = ""
    query: str = ""
    # Whose conversations these are
    record: Record | None = None
    chosen: narrowing.Chosen = narrowing.NOTHING

    @property
    def title(self) -> str:
        if self.folder == "search":
            return _("Search")
        if self.whose and self.folder == "inbox":
            return narrowing.words_of("whose", self.whose)
        if self.awaiting:
            return narrowing.words_of("awaiting", self.awaiting)
        return str(FOLDERS[self.folder])

    @property
    def awaiting(self) -> str:
        """Whose answer these wait for, where the list is one of the two in the side bar."""
        waits = {"inbox": "me", "sent": "them"}.get(self.folder, "")
        plain = self.box is None and not self.whose and not self.is_unread_only
        return waits if plain and self.chosen.said() == {"awaiting": waits} else ""

    def url(self, **more: Any) -> str:
        """The list's own address, with whatever is added to it."""
        said: dict[str, Any] = {}
        if self.folder == "search":
            path = reverse("inbox:search", args=[self.slug])
            said |= {"q": self.query} if self.query else {}
            said |= {"of": named(self.record)} if self.record else {}
        elif self.box is not None:
            path = reverse("inbox:mailbox", args=[self.slug, self.box.uid, self.folder])
        else:
            path = reverse("inbox:list", args=[self.slug, self.folder])
        said |= {"unread": "1"} if self.is_unread_only else {}
        said |= {"whose": self.whose} if self.whose else {}
        said |= self.chosen.said() | more
        said = {name: value for name, value in said.items() if value not in (None, "")}
        return f"{path}?{urlencode(said)}" if said else path

    def kept(self) -> dict[str, str]:
        """What a view keeps of it."""
        said = self.chosen.said() | ({"unread": "1"} if self.is_unread_only else {})
        said |= {"whose": self.whose} if self.whose else {}
        said.pop("view", None)
        said |= {"mailbox": str(self.box.uid)} if self.box is not None else {}
        return said | {"in": self.folder}

    def thread_url(self, uid: UUID) -> str:
        """A conversation's address that remembers this list."""
        return self.thread_urls()(uid)

    def thread_urls(self) -> Callable[[UUID], str]:
        """The addresses of conversations, for many of them."""
        said: dict[str, Any] = {}
        if self.folder != "inbox":
            said["in"] = self.folder
        if self.box is not None:
            said["mailbox"] = self.box.uid
        if self.is_unread_only:
            said["unread"] = "1"
        if self.whose:
            said["whose"] = self.whose
        said |= self.chosen.said()
        if self.query:
            said["q"] = self.query
        if self.record is not None:
            said["of"] = named(self.record)
        return addresses.each("inbox:thread", self.slug, urlencode(said))


def asked(
    request: MemberRequest,
    side: sidebar.Side,
    *,
    folder: str | None = None,
    mailbox: UUID | None = None,
) -> Asked:
    """Read the list out of the address; raises Http404 for a mailbox that is not the member's."""
    said = request.GET
    folder = folder or said.get("in", "inbox")
    if folder not in FOLDERS and folder != "search":
        folder = "inbox"
    mailbox = mailbox or forms.read_uid(said, "mailbox")
    box = side.box(mailbox) if mailbox is not None else None
    if mailbox is not None and box is None:
        raise Http404
    return Asked(
        slug=request.workspace.slug,
        folder=folder,
        box=box,
        is_unread_only="unread" in said,
        whose=_whose(said.get("whose", ""), box) if folder != "search" else "",
        query=said.get("q", "").strip()[:500] if folder == "search" else "",
        record=_record(request) if folder == "search" else None,
        chosen=narrowing.read(said) if folder != "search" else narrowing.NOTHING,
    )


def _whose(said: str, box: sidebar.Box | None) -> str:
    return said if said in WHOSE and (box is None or box.is_team) else ""


def named(record: Record) -> str:
    """A record as addresses name it: `deal:<uid>`."""
    return f"{record.kind()}:{record.uid}"


def _record(request: MemberRequest) -> Record | None:
    kind, _colon, text = request.GET.get("of", "").partition(":")
    uid = forms.as_uid(text)
    found: Record | None = subjects.find(request.member, kind, uid) if uid else None
    return found


def context(request: MemberRequest, side: sidebar.Side, what: Asked) -> dict[str, Any]:
    """What inbox/list.html takes: one page of rows and the addresses around them."""
    limit = forms.read_number(request.GET, "rows", PAGE, MOST)
    nothing = what.folder == "search" and not (what.query or what.record)
    try:
        page = (
            lists.Page([], None)
            if nothing
            else lists.threads(
                request.member,
                filter_of(request, what),
                after=request.GET.get("after") or None,
                before=request.GET.get("before") or None,
                limit=limit,
                own=side.own_ids,
            )
        )
    except lists.BadCursor as error:
        raise Http404 from error
    shown = rows.rows(request, side, what, page.rows)
    days = rows.days(shown)
    last = days[-1].name if days else ""
    # Across mailboxes it is a place of its own, in one of them a way to look at it
    everything = replace(what, is_unread_only=False, whose="" if what.box else what.whose)
    unread = replace(everything, is_unread_only=True)
    return {
        "folder": what.folder,
        "place": what.folder,
        "title": what.title,
        "mailbox": what.box,
        "mailbox_uid": what.box.uid if what.box else None,
        "unread_total": _unread(request.GET, side, what),
        "is_unread_only": what.is_unread_only,
        "all_url": everything.url(),
        "unread_url": unread.url(),
        "whose": what.whose,
        "awaiting": what.awaiting,
        "whose_urls": {each: replace(everything, whose=each).url() for each in WHOSE},
        "list_url": what.url(),
        **_narrowed(request, what),
        "query": what.query,
        "problems": _problems(what.query),
        "found_count": len(page.rows) if what.query and page.rows and not page.after else None,
        "rows": shown,
        "days": days,
        "more_url": what.url(after=page.after, day=last) if page.after else "",
        "before": page.before or "",
        **_total(request, side, what, page.source),
        "sweeps_url": _sweeps_url(what),
        "day_before": request.GET.get("day", ""),
        "has_mailboxes": bool(side.mailboxes),
        "is_importing": side.is_importing,
        "side": side,
    }


def _narrowed(request: MemberRequest, what: Asked) -> dict[str, Any]:
    """What inbox/narrowed.html takes."""
    if what.folder == "search":
        return {}
    asked = urlencode(what.kept() | what.chosen.said())
    view = None
    if what.chosen.view is not None:
        view = saved.view(request.member, "thread", str(what.chosen.view))
    return {
        "chips": narrowing.chips(what),
        "view": view,
        "filters_url": f"{reverse('inbox:filters', args=[what.slug])}?{asked}",
        "views_url": f"{reverse('inbox:views', args=[what.slug])}?{asked}",
    }


def _sweeps_url(what: Asked) -> str:
    """Where something is done to all of this list, or of this search."""
    asked = what.kept() | what.chosen.said()
    if what.folder == "search":
        asked |= {"q": what.query, "of": named(what.record) if what.record else ""}
    return f"{reverse('inbox:sweeps', args=[what.slug])}?{urlencode(asked)}"


def _total(
    request: MemberRequest, side: sidebar.Side, what: Asked, source: Source
) -> dict[str, Any]:
    """How long the list is, where it is shown from its beginning and can be counted quickly."""
    if what.folder == "search" or "after" in request.GET or "before" in request.GET:
        return {}
    narrowed = filter_of(request, what)
    total = lists.total(narrowed, side.own_ids, request.member, source)
    return {"total": total, "is_total_open": total >= lists.most(narrowed)}


def newest(request: MemberRequest, side: sidebar.Side, what: Asked) -> list[rows.ListRow]:
    """The first few rows of a list; of a record's list with visibility and reason."""
    page = lists.threads(request.member, filter_of(request, what), limit=FEW, own=side.own_ids)
    shown = rows.rows(request, side, what, page.rows)
    if what.record is None:
        return shown
    why = reasons.of_record(request.member, what.record, [row.thread_id for row in page.rows])
    return [
        told._replace(visibility=row.visibility, reason=str(why.get(row.thread_id, "")))
        for row, told in zip(page.rows, shown, strict=True)
    ]


def filter_of(request: MemberRequest, what: Asked) -> lists.Filter:
    return lists.Filter(
        # What lies in the trash or is spam is found where one asks for it: in:trash
        place="all" if what.folder == "search" else what.folder,
        mailbox=what.box.pk if what.box else None,
        unread=True if what.is_unread_only else None,
        assignee=request.member.pk if what.whose == "me" else None,
        is_unassigned=what.whose == "nobody",
        record=(what.record.kind(), what.record.pk) if what.record else None,
        query=what.query,
        narrow=replace(what.chosen.narrow, assigned=what.whose == "somebody"),
    )


def _problems(query: str) -> list[str]:
    """What of a query was not understood, and how it is written."""
    texts = {
        "before": _("“%(value)s” is not a day. Write it as 2026-11-01."),
        "after": _("“%(value)s” is not a day. Write it as 2026-11-01."),
        "in": _("“%(value)s” is not a folder. Try in:inbox, in:trash or in:all."),
        "is": _("“%(value)s” is not a state. Try is:read or is:unread."),
        "has": _("“%(value)s” cannot be asked for. Try has:attachment."),
    }
    return [texts[name] % {"value": value} for name, value in search.parse(query).unclear]


def _unread(said: QueryDict, side: sidebar.Side, what: Asked) -> int:
    if narrowing.is_narrowed(said):
        return 0
    if what.folder == "inbox":
        return what.box.unread if what.box else side.counts["inbox"]
    return side.counts["spam"] if what.folder == "spam" and not what.box else 0
