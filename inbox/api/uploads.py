"""Files put up before the mail that carries them is sent."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.problems import TooBig
from crm.ui.rest.resources import Resource
from inbox.actions import files


class NewUploadShape(shapes.Shape):
    file = serializers.FileField(allow_empty_file=True, max_length=500)


class UploadShape(shapes.Shape):
    id = fields.Id(source="uid")
    filename = fields.Text()
    content_type = fields.Text()
    size = fields.Number(help_text="In bytes.")
    sha256 = fields.Hex(source="blob.sha256")


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
