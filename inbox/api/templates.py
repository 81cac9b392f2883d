"""Templates for programs."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.resources import Resource
from inbox.actions import pictures
from inbox.actions import templates as actions
from inbox.api import refs
from inbox.models import Template
from inbox.queries import templates as queries

MOST_FILES = 50
EXAMPLE = OpenApiExample(
    "A first answer",
    request_only=True,
    value={
        "name": "First answer",
        "folder_name": "Enquiries",
        "subject": "Your question to {{ sender.name }}",
        "html": '<p>Hello {{ person.first_name | "there" }},</p><p>thank you for writing.</p>',
        "shortcut": "first",
        "is_shared": True,
    },
)


class NewMailTemplateShape(shapes.Shape):
    """Words with fields as `{{ person.first_name | "there" }}`, and a word for no value."""

    name = fields.Text(max_length=120)
    folder_name = fields.Text(
        source="folder", required=False, allow_blank=True, default="", max_length=80
    )
    subject = fields.Text(required=False, allow_blank=True, default="", max_length=900)
    html = fields.Text(required=False, allow_blank=True, default="", max_length=fields.LONGEST_TEXT)
    shortcut = serializers.RegexField(
        r"^[A-Za-z0-9_-]*$",
        required=False,
        allow_blank=True,
        default="",
        max_length=40,
        help_text="`;shortcut` and Tab put the text where one writes.",
    )
    is_shared = serializers.BooleanField(required=False, default=False)
    attachments = counted.Few(
        child=refs.upload(),
        required=False,
        default=list,
        max_length=MOST_FILES,
        help_text="Ids of uploads.",
    )


class MailTemplateShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    folder_name = fields.Text(source="folder")
    subject = fields.Text()
    html = fields.Text()
    shortcut = fields.Text()
    is_shared = serializers.BooleanField()
    owner = fields.Id(source="owner.uid", allow_null=True, default=None)
    attachments = serializers.ListField(child=fields.Id(), help_text="Ids of uploads.")
    created_at = fields.Moment()
    updated_at = fields.Moment()

    def to_representation(self, instance: Template) -> Any:
        files = sorted(instance.files.all(), key=lambda file: file.position)
        named = [file.upload.uid for file in files]
        return super().to_representation(shapes.Beside(instance, attachments=named))


class Templates(Resource):
    """One's own templates, and those shared with everybody."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = MailTemplateShape

    def rows(self) -> QuerySet[Template]:
        found: QuerySet[Template] = queries.templates(self.member).select_related("owner")
        return found.prefetch_related("files__upload").order_by("-pk")

    @extend_schema(summary="List templates")
    def list(self, request: Request) -> Response:
        """Every template one may use, the last written first."""
        return self.page(self.rows())

    @extend_schema(
        summary="Write a template",
        request=NewMailTemplateShape,
        responses={201: MailTemplateShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Keep words to be used often."""
        wording = _wording(self.read(NewMailTemplateShape))
        row = _told(lambda: actions.create(wording=wording, by=self.member, at=timezone.now()))
        return self.shown(self.rows().get(pk=row.pk), 201)

    @extend_schema(summary="Read a template")
    def retrieve(self, request: Request, id: str) -> Response:
        """One template, its fields as they were written."""
        return self.shown(self.get_object())

    @extend_schema(
        summary="Change a template",
        request=NewMailTemplateShape,
        responses={200: MailTemplateShape},
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Change what is named; what is not named stays. Its owner and administrators may."""
        row = self.get_object()
        asked = self.read(NewMailTemplateShape, partial=True)
        names = ("name", "folder", "subject", "html", "shortcut", "is_shared")
        said = {name: getattr(row, name) for name in names}
        said["attachments"] = [file.upload for file in row.files.all()]
        wording = _wording(said | asked)
        now = timezone.now()
        _told(lambda: actions.change(template=row, wording=wording, by=self.member, at=now))
        return self.shown(self.rows().get(pk=row.pk))

    @extend_schema(summary="Remove a template", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Offer it no more."""
        row = self.get_object()
        actions.remove(template=row, by=self.member, at=timezone.now())
        return Response(status=204)


def _wording(asked: dict[str, Any]) -> actions.Wording:
    said = {name: value for name, value in asked.items() if name != "attachments"}
    uploads = [file.uid for file in pictures.beside(said["html"], asked["attachments"])]
    return actions.Wording(**said, uploads=uploads)


def _told(run: Any) -> Any:
    try:
        return run()
    except ValidationError as error:
        raise exceptions.ValidationError(error.message_dict, code="taken") from error
    except PermissionDenied as error:
        raise Http404 from error
