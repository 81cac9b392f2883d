"""Files on a record: shown, added, opened and taken off."""

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.timeline import links
from crm.timeline.actions import files as actions
from crm.timeline.models import File
from crm.timeline.queries import papers
from crm.timeline.views import naming
from crm.ui.render import say
from crm.ui.rest import downloads
from crm.workspaces import directory, permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.tenancy import open_workspace

PART = "crm/timeline/files.html"
# What a browser might run if it ever got round the attachment header
ACTIVE = ("html", "xml", "svg", "javascript", "ecmascript", "mhtml", "xsl")
MOST = 20


@require_http_methods(["GET", "HEAD", "POST"])
def of_record(request: MemberRequest, workspace: str, kind: str, uid: UUID) -> HttpResponse:
    """The files on a record; POST `file`… adds some. 422 where one is too big."""
    record = naming.record_of(request, kind, uid)
    error, added = "", 0
    if request.method == "POST":
        permissions.require(request.member, "files.change")
        try:
            added = _add(request, record)
        except actions.TooBig as refused:
            error = str(refused)
    context = {
        "record": record,
        "files": papers.files_of(request.member, record),
        "error": error,
        "may_change": permissions.may(request.member, "files.change"),
    }
    response = render(request, PART, context, status=422 if error else 200)
    return say(response, _("Added to the files")) if added else response


def _add(request: MemberRequest, record: object) -> int:
    """Put every sent file on the record, or none of them; raises TooBig."""
    sent = request.FILES.getlist("file")[:MOST]
    if any((file.size or 0) > actions.LIMIT for file in sent):
        raise actions.TooBig
    for file in sent:
        actions.add_file(
            file=file,
            content_type=file.content_type or "",
            about=[record],
            by=request.member,
            at=timezone.now(),
        )
    return len(sent)


@require_safe
def file(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """From the page to the content origin; the address there is good for five minutes."""
    row = File.objects.visible_to(request.member).filter(uid=uid).first()
    if row is None:
        raise Http404
    return redirect(links.make(request.member, row))


@require_POST
def removal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """It is taken off its records, or with `?not=1` put back."""
    permissions.require(request.member, "files.change")
    back = bool(request.GET.get("not"))
    row = File.objects.seen_by(request.member).filter(uid=uid).first()
    if row is None:
        raise Http404
    turn = actions.bring_back_file if back else actions.remove_file
    turn(file=row, by=request.member, at=timezone.now())
    undo = reverse("timeline:file_removal", args=[workspace, uid]) + "?not=1"
    text = _("Back again: %(subject)s") if back else _("Removed: %(subject)s")
    words = text % {"subject": row.name}
    response = HttpResponse(status=204)
    return say(response, words, undo="" if back else undo, label="" if back else _("Undo"))


@require_safe
def opened(request: HttpRequest, token: str, name: str = "") -> HttpResponse:
    """The bytes of a file, to be saved; on the origin that has no cookies."""
    try:
        found = links.read(token)
    except links.Expired:
        words = _("This address is over. Go back to the page and open the file again.")
        response = downloads.words(words)
        response.status_code = 410
        return response
    with open_workspace(found.workspace_id), transaction.atomic():
        row = _readable(found)
        kind = row.content_type.lower()
        safe = "application/octet-stream" if any(word in kind for word in ACTIVE) else kind
        response = downloads.file(bytes(row.content.data), safe, row.name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _readable(found: links.Opened) -> File:
    member = directory.standing(found.member_id)
    rows = File.objects.visible_to(member) if member else File.objects.none()
    row: File | None = rows.select_related("content").filter(uid=found.uid).first()
    if row is None:
        raise Http404
    return row
