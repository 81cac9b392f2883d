"""Threads that were there before a record, offered and attached, for programs."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields.models import kinds
from crm.ui.rest import shapes
from crm.ui.rest.resources import Resource
from inbox import tasks
from inbox.actions import earlier as actions
from inbox.api import offered
from inbox.queries import earlier


class Earlier(Resource):
    """Threads with those a record is about that nobody linked to it."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = offered.EarlierShape

    def parameters(self) -> type[shapes.Query]:
        return offered.EarlierQuery if self.action == "retrieve" else shapes.Query

    @extend_schema(summary="Count earlier threads", parameters=[offered.EarlierQuery])
    def retrieve(self, request: Request) -> Response:
        """How many threads could belong to a new person, organization, deal, lead or project."""
        record = _record(self.asked)
        return self._offered(record) if record is not None else self._told(0, "")

    @extend_schema(
        summary="Attach earlier threads",
        request=offered.AttachingShape,
        responses={202: offered.EarlierShape},
        examples=[offered.DEAL],
    )
    def create(self, request: Request) -> Response:
        """Link all that is offered; of many the rest goes on in the background."""
        record, at = _named(self.read(offered.AttachingShape)), timezone.now()
        tasks.attach_earlier(record=record, by=self.member, at=at)
        return self._offered(record, at, 202)

    def _offered(self, record: Any, at: datetime | None = None, code: int = 200) -> Response:
        found = earlier.earlier(record, member=self.member)
        who = earlier.called(record, [why for _thread, why in found], self.member) if found else ""
        return self._told(len(found), who, at, code)

    def _told(self, count: int, who: str, at: datetime | None = None, code: int = 200) -> Response:
        told = {"count": count, "correspondent": who, "attached_at": at}
        return Response(offered.EarlierShape(told).data, status=code)


class EarlierBack(Earlier):
    """Taking such links back."""

    @extend_schema(
        summary="Give earlier threads back",
        request=offered.ReturningShape,
        responses={200: offered.EarlierShape},
        examples=[offered.BACK],
    )
    def create(self, request: Request) -> Response:
        """Take back what was attached at one time; the threads are offered again."""
        asked = self.read(offered.ReturningShape)
        record = _named(asked)
        actions.detach_earlier(
            record=record, by=self.member, batch=asked["attached_at"], at=timezone.now()
        )
        return self._offered(record)


def _record(asked: dict[str, Any]) -> Any:
    return next((asked[word] for word in kinds() if asked.get(word) is not None), None)


def _named(asked: dict[str, Any]) -> Any:
    if (record := _record(asked)) is None:
        raise ValidationError({"deal": [_("Name a record.")]}, code="required")
    return record


collection = Earlier.as_view({"get": "retrieve", "post": "create"})
back = EarlierBack.as_view({"post": "create"})
