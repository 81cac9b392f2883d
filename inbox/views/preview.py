"""What a template says to somebody."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from crm.contacts.models import Person
from crm.timeline import subjects
from crm.ui.render import page_or_part
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox import forms
from inbox.actions import compose
from inbox.mime import placeholders as grammar
from inbox.queries import access, placeholders

BLANK = '<span class="field-chip" data-state="empty">[{}]</span>'


@require_POST
def preview(request: MemberRequest, workspace: str) -> HttpResponse:
    """What a template says to somebody: POST `subject`, `html`, the address in `to`, and `about`.

    Without an address it is whoever the records are about.
    """
    said = request.POST
    to = [person[1] for person in forms.read_people(forms.read_text(said, "to"))]
    box = access.mailboxes(request.member).order_by("kind", "pk").first()
    named = forms.read_records(said.getlist("about"))
    records = [subjects.find(request.member, kind, uid) for kind, uid in named]
    about = [record for record in records if record is not None]
    scene = placeholders.scene(
        request.member,
        mailbox=box,
        to=to,
        person=None if to else _whose(request.member, about),
        about=[(record.kind(), record.pk) for record in about],
    )
    html = compose.harmless(forms.read_text(said, "html")[: compose.LONGEST])
    labels = {field.name: field.title for field in placeholders.fields()}

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


def _whose(member: Membership, about: Sequence[Any]) -> Person | None:
    """The first person among these records, or of one of them, whom the member sees."""
    people = (each if isinstance(each, Person) else getattr(each, "person", None) for each in about)
    seen = Person.objects.visible_to(member).filter(pk__in=[each.pk for each in people if each])
    found: Person | None = seen.order_by("pk").first()
    return found
