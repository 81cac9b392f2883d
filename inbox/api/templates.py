"""Templates for programs."""

from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces.models import Membership
from inbox.actions import pictures
from inbox.actions import templates as actions
from inbox.api import previewing, refs
from inbox.models import Template
from inbox.queries import placeholders
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
    position = fields.Number(help_text="Its place within its folder.")
    owner = fields.Id(source="owner.uid", allow_null=True, default=None)
    attachments = serializers.ListField(child=fields.Id(), help_text="Ids of uploads.")
    created_at = fields.Moment()
    updated_at = fields.Moment()

    def to_representation(self, instance: Template) -> Any:
        files = sorted(instance.files.all(), key=lambda file: file.position)
        named = [file.upload.uid for file in files]
        return super().to_representation(shapes.Beside(instance, attachments=named))


def usable(member: Membership) -> QuerySet[Template]:
    """Templates a member may use."""
    return queries.templates(member)


class OrderShape(shapes.Shape):
    templates = counted.Few(child=fields.Ref(usable), min_length=1, max_length=500)


UID = "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"
ORDER = OpenApiExample("One first", {"templates": [UID]}, request_only=True)


class Templates(Resource):
    """One's own templates, and those shared with everybody."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = MailTemplateShape
    list_query = shapes.NamedQuery

    def rows(self) -> QuerySet[Template]:
        found: QuerySet[Template] = queries.templates(self.member).select_related("owner")
        return found.prefetch_related("files__upload").order_by("-pk")

    @extend_schema(summary="List templates")
    def list(self, request: Request) -> Response:
        """Every template one may use, the last written first; `position` has their order."""
        return self.page(self.named(self.rows()))

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
        """Offer it no more; `restore/` brings it back for thirty days."""
        row = self.get_object()
        actions.remove(template=row, by=self.member, at=timezone.now())
        return Response(status=204)

    @extend_schema(summary="Restore a template", request=None, responses={200: MailTemplateShape})
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, id: str) -> Response:
        """Offer one again that was removed; a shortcut that was taken meanwhile is given up."""
        self.read(shapes.Nothing)
        uid, gone = fields.as_uid(id), queries.removed(self.member)
        row = gone.filter(uid=uid).first() if uid is not None else None
        if row is not None:
            actions.bring_back(template=row, by=self.member, at=timezone.now())
        return self.shown(self.get_object())

    @extend_schema(
        summary="Put templates in order",
        request=OrderShape,
        responses={204: None},
        examples=[ORDER],
    )
    @action(detail=False, methods=["post"])
    def order(self, request: Request) -> Response:
        """Give these the places they have among them in this order; those of others stay."""
        rows = self.read(OrderShape)["templates"]
        actions.order(templates=rows, by=self.member, at=timezone.now())
        return Response(status=204)

    @extend_schema(summary="List the fields of templates", responses=previewing.MergeFieldsShape)
    @action(detail=False, url_path="fields")
    def known(self, request: Request) -> Response:
        """What stands between two braces in templates, signatures and drafts: `{{ deal.name }}`."""
        found = [asdict(each) for each in placeholders.fields()]
        return Response(previewing.MergeFieldsShape({"results": found}).data)

    @extend_schema(
        summary="Preview a template",
        request=previewing.WhomShape,
        responses={200: previewing.TemplatePreviewShape},
        examples=[previewing.WHOM],
    )
    @action(detail=True, methods=["post"])
    def preview(self, request: Request, id: str) -> Response:
        """What it says to somebody and about a record; nothing is kept, and nothing is sent."""
        return previewing.told(self.get_object(), self.read(previewing.WhomShape), self.member)


def _wording(asked: dict[str, Any]) -> actions.Wording:
    said = {name: value for name, value in asked.items() if name != "attachments"}
    uploads = [file.uid for file in pictures.beside(said["html"], asked["attachments"])]
    return actions.Wording(**said, uploads=uploads)


def _told(run: Any) -> Any:
    try:
        return run()
    except ValidationError as error:
        raise exceptions.ValidationError(error.message_dict, code="taken") from error
