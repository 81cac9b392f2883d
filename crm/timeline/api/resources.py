"""What the resources of activities, notes and files share."""

from typing import Any

from rest_framework.response import Response

from crm.timeline.api import about
from crm.ui.rest.resources import Resource


class Linked(Resource):
    """Rows that are about records; an answer names those that the member sees."""

    read_scope = "activities:read"
    write_scope = "activities:write"

    def shown(self, row: Any, code: int = 200, **headers: str) -> Response:
        return Response(self._told([row], many=False), status=code, headers=headers)

    def page(self, rows: Any) -> Response:
        return self.get_paginated_response(self._told(self.paginate_queryset(rows), many=True))

    def _told(self, rows: Any, *, many: bool) -> Any:
        context = {**self.get_serializer_context(), "about": about.seen(self.member, rows)}
        shape: Any = self.get_serializer_class()
        return shape(rows if many else rows[0], many=many, context=context).data
