"""What a template says to somebody, for programs."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers
from rest_framework.response import Response

from crm.fields.models import kinds
from crm.timeline.api import about
from crm.ui.rest import fields, shapes
from crm.workspaces.models import Membership
from inbox.api import refs, writing
from inbox.mime import placeholders as grammar
from inbox.models import Template
from inbox.queries import placeholders


class _Whom(shapes.Shape):
    """Whom it is for and what about; what is left out is found as for a mail to `to`."""

    mailbox = refs.mailbox(required=False, help_text="The mailbox it would leave from.")
    to = writing.everybody()


WhomShape: Any = about.each(_Whom, "WhomShape", "The {word} it speaks of.")
WHOM = OpenApiExample("To Dana", {"to": ["dana@northwind.test"]}, request_only=True)


class MergeFieldShape(shapes.Shape):
    name = fields.Text(help_text="As it is written between the braces.")
    label = fields.Text()  # type: ignore[assignment]  # a field, taken off the class
    of = fields.Text(
        source="group",
        help_text="`person`, `organization`, `deal`, `lead`, `project`, or `sender`.",
    )


class MergeFieldsShape(shapes.Shape):
    results = MergeFieldShape(many=True)


class TemplatePreviewShape(shapes.Shape):
    subject = fields.Text()
    html = fields.Text(help_text="Fields filled; what is empty is shown as its name in brackets.")
    empty = serializers.ListField(
        child=fields.Text(), help_text="Fields with nothing to say and no word of their own."
    )
    unknown = serializers.ListField(child=fields.Text(), help_text="What is no field, as written.")


def told(row: Template, asked: dict[str, Any], member: Membership) -> Response:
    """The answer: as the page previews it."""
    pairs = [(word, asked[word].pk) for word in kinds() if asked.get(word) is not None]
    scene = placeholders.scene(
        member,
        mailbox=asked.get("mailbox"),
        to=[address for _name, address in asked["to"]],
        person=asked.get("person"),
        about=pairs,
    )

    def blank(name: str) -> str:
        return f"[{name}]"

    subject = grammar.fill(row.subject, scene.value, blank=blank)
    body = grammar.fill_html(row.html, scene.value, blank=blank)
    empty = [each.name for each in (*subject.empty, *body.empty)]
    unknown = [each.raw for each in (*subject.unknown, *body.unknown)]
    said = {
        "subject": subject.text,
        "html": body.text,
        "empty": list(dict.fromkeys(empty)),
        "unknown": list(dict.fromkeys(unknown)),
    }
    return Response(TemplatePreviewShape(said).data)
