"""Whom a mail may go to, while somebody types, for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from inbox.api import people
from inbox.queries import addresses


class RecipientQuery(shapes.Query):
    q = fields.Text(
        required=False, allow_blank=True, max_length=100, help_text="How a name or address begins."
    )


class RecipientsShape(shapes.Shape):
    results = people.AddressShape(many=True, help_text="At most eight.")


class Recipients(Resource):
    """People one sees, then those whom one's own mail knows."""

    read_scope = "mail:read"
    query_class = RecipientQuery
    serializer_class = RecipientsShape

    @extend_schema(summary="Find recipients", parameters=[RecipientQuery])
    def retrieve(self, request: Request) -> Response:
        """Known addresses for what was typed; for nothing none. People need `people:read`."""
        typed = self.asked.get("q", "").strip()
        sees_people = "people:read" in self.token.scopes
        found = addresses.suggest(self.member, typed, people=sees_people) if typed else []
        return Response(RecipientsShape({"results": found}).data)
