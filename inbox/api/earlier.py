"""Threads that were there before a record, offered and attached, for programs."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields.models import kinds
from crm.timeline.api import about
from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from inbox import tasks
from inbox.actions import earlier as actions
from inbox.queries import earlier

UID = "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"
DEAL = OpenApiExample("Those of a deal", {"deal": UID}, request_only=True)
BACK = OpenApiExample(
    "Those of a deal, attached then",
    {"deal": UID, "attached_at": "2026-11-20T09:30:00Z"},
    request_only=True,
)


class _EarlierQuery(shapes.Query):
    """The record; without one nothing is offered."""


class _Attaching(shapes.Shape):
    """The record whose earlier threads are meant."""


class _Returning(shapes.Shape):
    """The record, and when its threads were attached."""

    attached_at = fields.Moment(help_text="As the answer said it that attached them.")


EarlierQuery: Any = about.each(_EarlierQuery, "EarlierQuery", "What could belong to this {word}.")
AttachingShape = about.each(_Attaching, "AttachingShape", "The id of a {word}.")
ReturningShape = about.each(_Returning, "ReturningShape", "The id of a {word}.")


class EarlierShape(shapes.Shape):
    count = fields.Number(help_text="How many threads of one's own mailboxes are offered.")
    correspondent = fields.Text(help_text="With whom, in a word; empty for several.")
    attached_at = fields.Moment(
        allow_null=True, help_text="After attaching: what `threads/earlier/return/` needs."
    )


class Earlier(Resource):
    """Threads with those a record is about that nobody linked to it."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = EarlierShape

    @property
    def query_class(self) -> Any:  # type: ignore[override]
        return EarlierQuery if self.action == "retrieve" else shapes.Query

    @extend_schema(summary="Read what earlier threads are offered", parameters=[EarlierQuery])
    def retrieve(self, request: Request) -> Response:
        """How many threads could belong to a new person, organization, deal, lead or project."""
        record = _record(self.asked)
        return self._offered(record) if record is not None else self._told(0, "")

    @extend_schema(
        summary="Attach earlier threads",
        request=AttachingShape,
        responses={202: EarlierShape},
        examples=[DEAL],
    )
    def create(self, request: Request) -> Response:
        """Link all that is offered; of many the rest goes on in the background."""
        record, at = _named(self.read(AttachingShape)), timezone.now()
        tasks.attach_earlier(record=record, by=self.member, at=at)
        return self._offered(record, at, 202)

    def _offered(self, record: Any, at: datetime | None = None, code: int = 200) -> Response:
        found = earlier.earlier(record, member=self.member)
        who = earlier.called(record, [why for _thread, why in found], self.member) if found else ""
        return self._told(len(found), who, at, code)

    def _told(self, count: int, who: str, at: datetime | None = None, code: int = 200) -> Response:
        told = {"count": count, "correspondent": who, "attached_at": at}
        return Response(EarlierShape(told).data, status=code)


class EarlierBack(Earlier):
    """Taking such links back."""

    @extend_schema(
        summary="Give earlier threads back",
        request=ReturningShape,
        responses={200: EarlierShape},
        examples=[BACK],
    )
    def create(self, request: Request) -> Response:
        """Take back what was attached at one time; the threads are offered again."""
        asked = self.read(ReturningShape)
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
