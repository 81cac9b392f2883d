"""What a template says to somebody."""

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from inbox import forms
from inbox.actions import compose
from inbox.mime import placeholders as grammar
from inbox.queries import access, placeholders

BLANK = '<span class="field-chip" data-state="empty">[{}]</span>'


@require_POST
def preview(request: MemberRequest, workspace: str) -> HttpResponse:
    """What a template says to somebody: POST `subject`, `html` and the address in `to`."""
    said = request.POST
    to = [person[1] for person in forms.read_people(forms.read_text(said, "to"))]
    box = access.mailboxes(request.member).order_by("kind", "pk").first()
    scene = placeholders.scene(request.member, mailbox=box, to=to)
    html = compose.harmless(forms.read_text(said, "html")[: compose.LONGEST])
    labels = {field.name: field.label for field in placeholders.fields()}

    def blank(name: str) -> str:
        return format_html(BLANK, labels.get(name, name))

    line = forms.read_text(said, "subject")
    subject = grammar.fill(line, scene.value, blank=lambda name: f"[{labels.get(name, name)}]")
    body = grammar.fill_html(html, scene.value, blank=blank)
    empty = [labels.get(each.name, each.raw) for each in (*subject.empty, *body.empty)]
    context = {
        "person": scene.rows.get("person"),
        "subject": subject.text,
        "html": SafeString(body.text),
        "empty": list(dict.fromkeys(empty)),
        "unknown": [each.raw for each in (*subject.unknown, *body.unknown)],
    }
    return page_or_part(request, "inbox/template_preview.html", context)
