"""The signatures of mailboxes for programs."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from inbox.actions import templates as actions
from inbox.models import Mailbox
from inbox.queries import access
from inbox.queries import templates as queries

SIGNED = OpenApiExample(
    "A signature",
    request_only=True,
    value={"html": "<p>{{ sender.name }}<br>Northwind Trading</p>"},
)


class SignatureShape(shapes.Shape):
    html = fields.Text(allow_blank=True, max_length=fields.LONGEST_TEXT)


class Signature(Resource):
    """What stands below mail from a mailbox."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = SignatureShape

    def rows(self) -> QuerySet[Mailbox]:
        found: QuerySet[Mailbox] = access.mailboxes(self.member)
        return found

    @extend_schema(summary="Read a signature")
    def retrieve(self, request: Request, id: str) -> Response:
        """The signature of a mailbox one writes from; empty where there is none."""
        box = self.get_object()
        row = queries.signatures([box]).get(box.pk)
        return Response({"html": row.html if row else ""})

    @extend_schema(
        summary="Write a signature",
        request=SignatureShape,
        responses={200: SignatureShape},
        examples=[SIGNED],
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Everybody who writes from the mailbox shares it; empty takes it away."""
        box = self.get_object()
        asked = self.read(SignatureShape)
        row = actions.sign(mailbox=box, html=asked["html"], by=self.member, at=timezone.now())
        return Response({"html": row.html})
