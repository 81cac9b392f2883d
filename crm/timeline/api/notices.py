"""What the token's user was told of, for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.timeline import subjects
from crm.timeline.actions import telling
from crm.timeline.api import told
from crm.timeline.models import Notice
from crm.timeline.queries import notices, titles
from crm.ui.rest import shapes
from crm.ui.rest.resources import Resource


class Notices(Resource):
    """Reminders, mentions, and what colleagues gave one to do; one's own."""

    read_scope = "activities:read"
    write_scope = "activities:write"
    serializer_class = told.NoticeShape
    list_query = told.NoticeQuery
    ordering = ("-at", "-id")

    def rows(self) -> QuerySet[Notice]:
        found: QuerySet[Notice] = Notice.objects.filter(member=self.member)
        return found.select_related("event", "event__by").prefetch_related("event__about")

    @extend_schema(summary="List notices")
    def list(self, request: Request) -> Response:
        """What one was told of, newest first; looking at it here makes nothing read."""
        rows = self.rows()
        if "unread" in self.asked:
            rows = rows.filter(read_at__isnull=self.asked["unread"])
        return self.page(rows)

    @extend_schema(summary="Mark notices as read", request=None, responses=told.ReadNoticesShape)
    @action(detail=False, methods=["post"])
    def read_all(self, request: Request) -> Response:
        """Say that one has looked at all of them, as opening their page does."""
        self.read(shapes.Nothing)
        count = telling.read_all(member=self.member, at=timezone.now())
        return Response(told.ReadNoticesShape({"read": count}).data)

    def page(self, rows: QuerySet[Notice]) -> Response:
        return self.get_paginated_response(self._told(self.paginate_queryset(rows) or []))

    def _told(self, rows: Any) -> Any:
        """These with what they are about; five queries, and one for each kind of record."""
        pairs = {(each.kind, each.object_id) for row in rows for each in row.event.about.all()}
        known = subjects.named(self.member, pairs)
        planned = notices.planned(self.member, rows)
        is_mail_told = "mail:read" in self.token.scopes
        threads = titles.named(self.member, rows, "thread") if is_mail_told else {}
        rows_told = [
            shapes.Beside(
                row,
                about=[
                    {"kind": each.kind, "id": known[each.kind, each.object_id].uid}
                    for each in row.event.about.all()
                    if (each.kind, each.object_id) in known
                ],
                thread=threads[row.pk].uid if row.pk in threads else None,
                activity=planned[row.pk].uid if row.pk in planned else None,
            )
            for row in rows
        ]
        return self.get_serializer(rows_told, many=True).data
