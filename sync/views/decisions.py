"""The ledger: what became of every message, and overruling it."""

from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.ui.render import page_or_part, say, wants_part
from crm.workspaces.middleware import MemberRequest
from inbox.models import Folder, LedgerEntry, Mailbox
from inbox.queries import access, blobs, sidebar
from sync.actions import ledger
from sync.queries import decisions as lines
from sync.queries import managing
from sync.queries.lines import line
from sync.queries.steps import steps
from sync.views.health import page as health_page

Decision = LedgerEntry.Decision


def _mailbox(request: MemberRequest, uid: UUID) -> Mailbox:
    """A mailbox whose mail the member reads; health alone is not enough for subjects."""
    found = access.mailboxes(request.member).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The entries of one decision, reason or folder; POST verb=again reads all failed ones anew."""
    box = _mailbox(request, uid)
    if request.method == "POST":
        if request.POST.get("verb") != "again":
            return HttpResponse(status=400)
        _require_manager(request, box)
        failed = LedgerEntry.objects.filter(
            mailbox=box, decision=Decision.FAILED, missing_since=None
        ).exclude(reason__in=lines.FINAL)
        ledger.read_again(
            by=request.member, mailbox=box, entries=list(failed[:1000]), at=timezone.now()
        )
        request.method = "GET"
        return health_page(request, box)
    filters = _filters(request)
    found, after = lines.page(box, filters)
    query = {k: v for k, v in request.GET.dict().items() if k in ("decision", "reason", "folder")}
    address = reverse("sync:decisions", args=(workspace, box.uid))
    context = {
        "place": "health",
        "side": sidebar.side(request.member),
        "mailbox": box,
        "filters": {
            "decision": filters.decision,
            "reason": filters.reason,
            "folder": UUID(filters.folder) if filters.folder else "",
        },
        "decisions": lines.counts(box, filters),
        "folders": Folder.objects.filter(mailbox=box, is_selectable=True).order_by("display"),
        "entries": [line(entry, workspace) for entry in found],
        "more_url": f"{address}?{urlencode(query | {'after': after})}" if after else "",
    }
    return page_or_part(request, "sync/decisions.html", context, part="entries")


def _filters(request: MemberRequest) -> lines.Filters:
    """What the address asks for; words that mean nothing ask for everything."""
    folder, after = request.GET.get("folder", ""), request.GET.get("after", "")
    try:
        folder = str(UUID(folder)) if folder else ""
    except ValueError:
        folder = ""
    return lines.Filters(
        decision=request.GET.get("decision", ""),
        reason=request.GET.get("reason", "")[:64],
        folder=folder,
        after=int(after) if after.isdecimal() and len(after) < 19 else 0,
    )


def _require_manager(request: MemberRequest, box: Mailbox) -> None:
    if not managing.may_manage(request.member, box):
        raise PermissionDenied("mailbox")


def _entry(request: MemberRequest, uid: UUID) -> LedgerEntry:
    found: LedgerEntry | None = (
        LedgerEntry.objects.filter(uid=uid, mailbox__in=access.mailboxes(request.member))
        .select_related("mailbox", "folder", "message", "message__thread")
        .first()
    )
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """One message and why it stands as it does; POST verb=import brings it in anyway.

    The list is answered with the message's line, the page of the message with itself. A line
    asks for itself with `line` while its mail is still to come.
    """
    found = _entry(request, uid)
    if request.method == "POST":
        if request.POST.get("verb") != "import":
            return HttpResponse(status=400)
        ledger.read_again(
            by=request.member, mailbox=found.mailbox, entries=[found], at=timezone.now()
        )
        if not wants_part(request):
            return redirect("sync:entry", workspace, uid)
        found = _entry(request, uid)
        return say(_line(request, found, workspace), _("It is read again with the next batch"))
    if wants_part(request) and "line" in request.GET:
        return _line(request, found, workspace)
    context = {
        "place": "health",
        "side": sidebar.side(request.member),
        "mailbox": found.mailbox,
        "entry": line(found, workspace),
        "steps": steps(found),
        "remote_id": found.remote_id,
    }
    return page_or_part(request, "sync/decision.html", context, part="decision")


def _line(request: MemberRequest, found: LedgerEntry, workspace: str) -> HttpResponse:
    """One line of the list, which follows what becomes of its mail."""
    context = {
        "entry": line(found, workspace),
        "mailbox": found.mailbox,
        "follows": found.decision == LedgerEntry.Decision.PENDING,
    }
    return render(request, "sync/entry.html", context)


@require_safe
def raw(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The bytes as they came, for saving and never for showing."""
    found = _entry(request, uid)
    if found.blob_id is None:
        raise Http404
    return HttpResponse(
        blobs.data(found.blob_id),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{found.number}.eml"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
