"""What helps while one writes: fields and their values, snippets, signatures."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from crm.timeline import subjects
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.models import Mailbox
from inbox.queries import access, drafts, placeholders, templates
from inbox.views.picking import brought


@require_safe
def aids(request: MemberRequest, workspace: str) -> HttpResponse:
    """JSON for the composer: GET `to`, `mailbox`, `about`, and `answers` or `draft`."""
    boxes = list(access.mailboxes(request.member))
    scene = scene_of(request, boxes)
    known = [
        {
            "name": field.name,
            "label": field.label,
            "title": field.title,
            "group": field.owner,
            "value": scene.value(field.name) or "",
        }
        for field in placeholders.fields()
    ]
    snippets = list(templates.templates(request.member).exclude(shortcut=""))
    files = templates.files_of(snippets)
    signed = templates.signatures(boxes)
    by_box = {str(box.uid): signed[box.pk].html for box in boxes if box.pk in signed}
    # One's own shortcut goes before a colleague's of the same name
    ordered = sorted(snippets, key=lambda row: row.owner_id == request.member.pk)
    words = {row.shortcut.lower(): row.html for row in ordered}
    along = {row.shortcut.lower(): brought(row, files.get(row.pk, [])) for row in ordered}
    return JsonResponse(
        {"fields": known, "snippets": words, "brought": along, "signatures": by_box}
    )


def scene_of(request: MemberRequest, boxes: list[Mailbox]) -> placeholders.Scene:
    """Whom the mail on the page is to, and the conversation it belongs to."""
    asked = request.GET
    uid = forms.read_uid(asked, "mailbox")
    box = next((each for each in boxes if each.uid == uid), None)
    to = [person[1] for person in forms.read_people(asked.get("to", ""))]
    named = forms.read_records(asked.getlist("about"))
    records = [subjects.find(request.member, kind, uid) for kind, uid in named]
    return placeholders.scene(
        request.member,
        mailbox=box,
        to=to,
        thread_id=_thread(request, asked),
        about=[(record.kind(), record.pk) for record in records if record is not None],
    )


def _thread(request: MemberRequest, asked: Any) -> int | None:
    answers, draft = forms.read_uid(asked, "answers"), forms.read_uid(asked, "draft")
    if answers is not None:
        rows = access.messages(request.member).filter(uid=answers)
        return rows.values_list("thread_id", flat=True).first()
    if draft is not None:
        mine = drafts.writable(request.member).filter(uid=draft)
        return mine.values_list("thread_id", flat=True).first()
    return None
