"""What helps while one writes: fields and their values, snippets, signatures, templates."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.models import Draft, Mailbox, Template
from inbox.queries import access, placeholders, templates

SHOWN = 60


@require_safe
def aids(request: MemberRequest, workspace: str) -> HttpResponse:
    """JSON for the composer: GET `to`, `mailbox`, and `answers` or `draft` for its conversation."""
    boxes = list(access.mailboxes(request.member))
    scene = scene_of(request, boxes)
    known = [
        {
            "name": field.name,
            "label": field.label,
            "group": field.owner,
            "value": scene.value(field.name) or "",
        }
        for field in placeholders.fields()
    ]
    snippets = templates.templates(request.member).exclude(shortcut="")
    signed = templates.signatures(boxes)
    by_box = {str(box.uid): signed[box.pk].html for box in boxes if box.pk in signed}
    # One's own shortcut goes before a colleague's of the same name
    ordered = sorted(snippets, key=lambda row: row.owner_id == request.member.pk)
    words = {row.shortcut.lower(): row.html for row in ordered}
    return JsonResponse({"fields": known, "snippets": words, "signatures": by_box})


def scene_of(request: MemberRequest, boxes: list[Mailbox]) -> placeholders.Scene:
    """Whom the mail on the page is to, and the conversation it belongs to."""
    asked = request.GET
    uid = forms.read_uid(asked, "mailbox")
    box = next((each for each in boxes if each.uid == uid), None)
    to = [person[1] for person in forms.read_people(asked.get("to", ""))]
    return placeholders.scene(request.member, mailbox=box, to=to, thread_id=_thread(request, asked))


def _thread(request: MemberRequest, asked: Any) -> int | None:
    answers, draft = forms.read_uid(asked, "answers"), forms.read_uid(asked, "draft")
    if answers is not None:
        rows = access.messages(request.member).filter(uid=answers)
        return rows.values_list("thread_id", flat=True).first()
    if draft is not None:
        mine = Draft.objects.filter(uid=draft, author=request.member)
        return mine.values_list("thread_id", flat=True).first()
    return None


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
    shown = [
        {"uid": str(file.uid), "filename": file.filename, "size": file.size}
        for file in templates.files(row)
        if f"cid:{file.uid}@" not in row.html
    ]
    return JsonResponse({"subject": row.subject, "html": row.html, "files": shown})
