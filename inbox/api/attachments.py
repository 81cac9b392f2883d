"""The files on messages."""

import re

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from crm.ui.rest import downloads
from crm.ui.rest.resources import Resource
from inbox.mime import cutting, names
from inbox.models import Attachment
from inbox.queries import blobs, telling

TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")


class Attachments(Resource):
    """Files on messages; which ones there are stands on the message."""

    read_scope = "mail:read"

    def rows(self) -> QuerySet[Attachment]:
        return telling.attachments(self.member)

    @extend_schema(summary="Download a file", responses={(200, "*/*"): OpenApiTypes.BINARY})
    @action(detail=True)
    def content(self, request: Request, id: str) -> HttpResponse:
        """The decoded bytes under the type that the mail gave them."""
        found = self.get_object()
        try:
            data = cutting.part_bytes(blobs.data(found.message.blob_id), found.part)
        except KeyError as error:
            raise Http404 from error
        kind = found.content_type.lower()
        safe = kind if TYPE.fullmatch(kind) else "application/octet-stream"
        return downloads.file(data, safe, found.filename or names.made(found.content_type))
