"""Notes on a record: written, changed, pinned, removed, and as they were."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.timeline import wording
from crm.timeline.actions import notes as actions
from crm.timeline.models import Note
from crm.timeline.queries import papers
from crm.timeline.views import moments, naming
from crm.ui.render import say
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

LIST, FORM, ONE = "crm/timeline/notes.html", "crm/timeline/note_form.html", "crm/timeline/note.html"
VERSIONS = "crm/timeline/note_versions.html"
# What the editor can do, the picture, and its name
FORMATS = (
    ("bold", "bold", gettext_lazy("Bold")),
    ("italic", "italic", gettext_lazy("Italic")),
    ("underline", "underline", gettext_lazy("Underlined")),
    ("bulletList", "list", gettext_lazy("List")),
    ("orderedList", "numbers", gettext_lazy("Numbered list")),
    ("blockquote", "quote", gettext_lazy("Quotation")),
    ("link", "link", gettext_lazy("Link")),
)


@require_http_methods(["GET", "HEAD", "POST"])
def of_record(request: MemberRequest, workspace: str, kind: str, uid: UUID) -> HttpResponse:
    """The notes on a record, with `?new=1` the form of a new one; POST `html` writes it."""
    record = naming.record_of(request, kind, uid)
    if request.method == "POST":
        permissions.require(request.member, "notes.change")
        posted = request.POST.get("html", "")
        try:
            actions.write_note(html=posted, about=[record], by=request.member, at=timezone.now())
        except wording.Unfit as error:
            return _form(request, typed=posted, error=_unfit(error), status=422)
        return say(HttpResponse(""), _("Note saved"))
    if "new" in request.GET:
        permissions.require(request.member, "notes.change")
        return _form(request)
    context = {"record": record, "notes": papers.notes_of(request.member, record), **_may(request)}
    return render(request, LIST, context)


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """One note, with `?edit=1` its form; POST `html` and `version` changes it. 409, 422."""
    row = _row(request, uid)
    if request.method == "POST":
        return _change(request, row)
    if "edit" in request.GET:
        permissions.require(request.member, "notes.change")
        return _form(request, row)
    return render(request, ONE, {"note": row, **_may(request)})


def _change(request: MemberRequest, row: Note) -> HttpResponse:
    permissions.require(request.member, "notes.change")
    posted = request.POST.get("html", "")
    seen = moments.version_in(request.POST.get("version", ""))
    try:
        actions.change_note(
            note=row, html=posted, by=request.member, at=timezone.now(), version=seen
        )
    except wording.Unfit as error:
        return _form(request, row, typed=posted, error=_unfit(error), status=422)
    except actions.Outdated:
        text = _("Somebody changed this note meanwhile. Yours is still here; look at theirs first.")
        return _form(request, _row(request, row.uid), typed=posted, error=text, status=409)
    return say(HttpResponse(""), _("Note saved"))


@require_POST
def pinning(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """It is pinned, or with `?not=1` it is not."""
    permissions.require(request.member, "notes.change")
    on = not request.GET.get("not")
    actions.pin(note=_row(request, uid), on=on, by=request.member, at=timezone.now())
    return say(HttpResponse(status=204), _("Note pinned") if on else _("Note not pinned any more"))


@require_POST
def removal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """It is taken away, or with `?not=1` brought back."""
    permissions.require(request.member, "notes.change")
    back = bool(request.GET.get("not"))
    row = Note.objects.seen_by(request.member).filter(uid=uid).first()
    if row is None:
        raise Http404
    turn = actions.bring_back_note if back else actions.remove_note
    turn(note=row, by=request.member, at=timezone.now())
    undo = "" if back else reverse("timeline:note_removal", args=[workspace, uid]) + "?not=1"
    text = _("Note brought back") if back else _("Note removed")
    return say(HttpResponse(status=204), text, undo=undo, label=_("Undo") if undo else "")


@require_safe
def versions(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """The note as it was before each change."""
    row = _row(request, uid)
    return render(request, VERSIONS, {"note": row, "versions": papers.versions_of(row)})


def _row(request: MemberRequest, uid: UUID) -> Note:
    rows = Note.objects.visible_to(request.member).filter(uid=uid)
    row: Note | None = rows.select_related("created_by").first()
    if row is None:
        raise Http404
    return row


def _may(request: MemberRequest) -> dict[str, Any]:
    return {"may_change": permissions.may(request.member, "notes.change")}


def _form(
    request: MemberRequest,
    row: Note | None = None,
    *,
    typed: str = "",
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "note": row,
        "typed": typed or (row.html if row else ""),
        "error": error,
        "formats": FORMATS,
        "names": [member.name for member in actions.colleagues()],
    }
    return render(request, FORM, context, status=status)


def _unfit(error: wording.Unfit) -> str:
    if str(error) == "long":
        return _("A note has at most 100,000 characters with its formatting.")
    return _("Write something first.")
