"""One search over everything, for programs."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from inbox.queries import everything

MOST = 20


class HitShape(shapes.Shape):
    kind = fields.Text(help_text="A kind of record, `activity`, `note` or `thread`.")
    id = fields.Id(source="uid")
    title = fields.Text()
    detail = fields.Text(help_text="An address, the record it is about, or how a mail begins.")
    about_kind = fields.Text()
    about = fields.Id(allow_null=True)
    at = fields.Moment(allow_null=True)


class HitsShape(shapes.Shape):
    results = HitShape(many=True)


class SearchQuery(shapes.Query):
    """What is searched for."""

    q = fields.Text(
        required=False,
        allow_blank=True,
        default="",
        max_length=200,
        help_text="Words; accents and typing mistakes are forgiven.",
    )
    limit = fields.Number(
        min_value=1, max_value=MOST, default=6, help_text=f"Of each sort, at most {MOST}."
    )


class Search(Resource):
    """People, organizations, deals and other records, activities, notes and conversations."""

    read_scope = "people:read"
    query_class = SearchQuery

    # What a token must be allowed to read for other sorts than records to be found
    SCOPES = {"activity": "activities:read", "note": "activities:read", "thread": "mail:read"}

    @extend_schema(operation_id="search", summary="Search everything", responses={200: HitsShape})
    def retrieve(self, request: Request) -> Response:
        """The best of each sort; sorts whose scope the token lacks are left out."""
        asked: dict[str, Any] = self.asked
        found = everything.search(self.member, asked["q"], limit=asked["limit"])
        scopes = self.token.scopes
        told = [hit for hit in found if self._scope(hit.kind) in scopes]
        return Response({"results": HitShape([asdict(hit) for hit in told], many=True).data})

    def _scope(self, kind: str) -> str:
        of_records = "people:read" if kind in ("person", "organization") else "deals:read"
        return self.SCOPES.get(kind, of_records)
