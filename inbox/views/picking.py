"""Templates to pick while one writes."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox.actions import pictures
from inbox.models import Template, Upload
from inbox.queries import templates

SHOWN = 60


@require_safe
def choices(request: MemberRequest, workspace: str) -> HttpResponse:
    """Templates whose name, folder or subject has what was typed, to be picked by keys."""
    typed = request.GET.get("q", "").strip()[:80]
    rows = templates.templates(request.member).select_related("owner")
    if typed:
        rows = rows.filter(
            Q(name__icontains=typed) | Q(folder__icontains=typed) | Q(subject__icontains=typed)
        )
    context = {"rows": list(rows[:SHOWN]), "typed": typed}
    return page_or_part(request, "inbox/template_choices.html", context)


@require_safe
def use(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """JSON of a template that was picked: its subject, its text and its files."""
    row: Template | None = templates.templates(request.member).filter(uid=uid).first()
    if row is None:
        raise Http404
    return JsonResponse({"html": row.html} | brought(row, templates.files(row)))


def brought(row: Template, files: list[Upload]) -> dict[str, Any]:
    """What a template brings beside its text, with which its pictures come."""
    shown = [
        {"uid": str(file.uid), "filename": file.filename, "size": file.size}
        for file in pictures.beside(row.html, files)
    ]
    return {"subject": row.subject, "files": shown}
