"""Files on records, for programs."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from crm.timeline import subjects
from crm.timeline.actions import files as actions
from crm.timeline.api import about
from crm.timeline.api.resources import Linked
from crm.timeline.models import File
from crm.ui.rest import downloads, fields, shapes
from crm.ui.rest.refusals import Absent, TooBig
from crm.workspaces import permissions


class FileShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    content_type = fields.Text()
    size = fields.Number(help_text="In bytes.")
    author = fields.Id(source="created_by.uid", allow_null=True, default=None)
    about = about.About()
    created_at = fields.Moment()


class NewFileShape(shapes.Shape):
    """A form with a file of up to 25 MB and the record that it is put on."""

    file = serializers.FileField(allow_empty_file=True, max_length=500)
    kind = fields.Text(required=False, max_length=24, help_text="person, deal and so on.")
    record = fields.Id(required=False)


class _Query(shapes.PageQuery):
    """What a list of files may be asked."""


FileQuery: Any = about.asking(_Query, "FileQuery")


class Files(Linked):
    """Files that members put on records."""

    serializer_class = FileShape
    list_query = FileQuery
    parser_classes = [MultiPartParser]
    largest_body = actions.LIMIT + 100_000

    def rows(self) -> QuerySet[File]:
        rows: QuerySet[File] = File.objects.visible_to(self.member)
        return rows.select_related("created_by").prefetch_related("about")

    @extend_schema(summary="List files")
    def list(self, request: Request) -> Response:
        """Last added first."""
        return self.page(about.narrowed(self.rows(), self.asked))

    @extend_schema(
        summary="Put a file on a record",
        request={"multipart/form-data": NewFileShape},
        responses={201: FileShape},
    )
    def create(self, request: Request) -> Response:
        """A form with `file`, and `kind` and `record` that say where it is put."""
        permissions.require(self.member, "files.change")
        asked: dict[str, Any] = self.read(NewFileShape)
        if not asked.get("record"):
            raise ValidationError({"record": [_("Name a record that it is put on.")]})
        uid = fields.as_uid(asked["record"])
        record = subjects.find(self.member, asked.get("kind", ""), uid) if uid else None
        if record is None:
            raise Absent
        file = asked["file"]
        try:
            made = actions.add_file(
                file=file,
                content_type=file.content_type or "",
                about=[record],
                by=self.member,
                at=timezone.now(),
            )
        except actions.TooBig as error:
            raise TooBig(str(error)) from error
        return self.shown(self.rows().get(pk=made.pk), 201)

    @extend_schema(summary="Read what is known of a file")
    def retrieve(self, request: Request, id: str) -> Response:
        """One file by its id, without its bytes."""
        return self.shown(self.get_object())

    @extend_schema(summary="Download a file", responses={(200, "*/*"): OpenApiTypes.BINARY})
    @action(detail=True)
    def content(self, request: Request, id: str) -> HttpResponse:
        """The bytes under the type they were sent with."""
        found = self.get_object()
        return downloads.file(bytes(found.content.data), found.content_type, found.name)

    @extend_schema(summary="Delete a file", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Take it off its records; in the app it can be brought back for thirty days."""
        permissions.require(self.member, "files.change")
        actions.remove_file(file=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)
