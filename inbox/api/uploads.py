"""Files put up before the mail that carries them is sent."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from crm.timeline.models import File
from crm.ui.rest import fields, shapes
from crm.ui.rest.refusals import TooBig
from crm.ui.rest.resources import Resource
from crm.workspaces.models import Membership
from inbox.actions import files


class NewUploadShape(shapes.Shape):
    file = serializers.FileField(allow_empty_file=True, max_length=500)


class UploadShape(shapes.Shape):
    id = fields.Id(source="uid")
    filename = fields.Text()
    content_type = fields.Text()
    size = fields.Number(help_text="In bytes.")
    sha256 = fields.Hex(source="blob.sha256")


def _files(member: Membership) -> QuerySet[File]:
    found: QuerySet[File] = File.objects.visible_to(member)
    return found


class FromFileShape(shapes.Shape):
    file = fields.Ref(_files, help_text="The id of a file of a record one sees.")


FROM_FILE = OpenApiExample(
    "A file of a record", {"file": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"}, request_only=True
)


class Uploads(Resource):
    """Files that wait to be put on a mail; seen by the member who sent them up."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    parser_classes = [MultiPartParser]
    largest_body = files.LIMIT + 100_000
    serializer_class = UploadShape

    @extend_schema(
        summary="Send up a file",
        request={"multipart/form-data": NewUploadShape},
        responses={201: UploadShape},
    )
    def create(self, request: Request) -> Response:
        """Keep a file of up to 25 MB; name its id in `attachments` of a draft or the outbox."""
        file: Any = self.read(NewUploadShape)["file"]
        try:
            kept = files.take_upload(
                file=file, content_type=file.content_type or "", by=self.member, at=timezone.now()
            )
        except files.TooBig as error:
            raise TooBig(str(error)) from error
        return self.shown(kept, 201)


class FromFile(Resource):
    """Files of records, to be put on a mail."""

    read_scope = None
    write_scope = "mail:write"
    serializer_class = UploadShape

    @extend_schema(
        summary="Take a file of a record",
        request=FromFileShape,
        responses={201: UploadShape},
        examples=[FROM_FILE],
    )
    def create(self, request: Request) -> Response:
        """An upload of one's own with the same bytes, for `attachments` of a draft or the outbox.

        The token needs `activities:read` as well.
        """
        if "activities:read" not in self.token.scopes:
            raise PermissionDenied(_("The token needs the scope activities:read for this."))
        file = self.read(FromFileShape)["file"]
        return self.shown(files.take_file(file=file, by=self.member, at=timezone.now()), 201)
