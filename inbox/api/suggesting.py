"""What a thread may be about, where several could be meant, for programs."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from inbox.actions import choosing
from inbox.api import joining
from inbox.queries import asking, reading

AGAIN = OpenApiExample(
    "What was declined then", {"declined_at": "2026-11-20T09:30:00Z"}, request_only=True
)


class SuggestionShape(shapes.Shape):
    kind = fields.Text(help_text="`deal`, `lead` or `project`.")
    id = fields.Id()
    name = fields.Text()


class SuggestionsShape(shapes.Shape):
    asked = fields.Flag(
        help_text="Nobody chose yet: `links/` says which is meant, `decline/` that none is."
    )
    results = SuggestionShape(many=True)
    declined_at = fields.Moment(
        allow_null=True, help_text="After `decline/`: what `ask_again/` takes it back by."
    )


class DeclinedShape(shapes.Shape):
    declined_at = fields.Moment(help_text="As the answer of `decline/` said it.")


class Suggesting(joining.Joining):
    """Open deals, leads and projects of those who take part in a thread."""

    @extend_schema(summary="Suggest links of a thread", responses=SuggestionsShape)
    @action(detail=True, methods=["get"])
    def suggestions(self, request: Request, id: str) -> Response:
        """Records that the thread could be linked to; at most eight, and none that was undone."""
        return self._suggested(self._find(id))

    @extend_schema(
        summary="Decline what is suggested", request=None, responses={200: SuggestionsShape}
    )
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, id: str) -> Response:
        """It is about none of them: nobody is asked again, and none links itself later."""
        found, at = self._find(id), timezone.now()
        self.read(shapes.Nothing)
        self._require_own(found)
        rows, _is_asked = self._candidates(found)
        choosing.decline(thread=found.thread, records=rows, by=self.member, at=at)
        return self._suggested(self._find(id), at)

    @extend_schema(
        summary="Suggest again what was declined",
        request=DeclinedShape,
        responses={200: SuggestionsShape},
        examples=[AGAIN],
    )
    @action(detail=True, methods=["post"])
    def ask_again(self, request: Request, id: str) -> Response:
        """Take one `decline/` back."""
        found, asked = self._find(id), self.read(DeclinedShape)
        self._require_own(found)
        answered: datetime = asked["declined_at"]
        choosing.ask_again(
            thread=found.thread, answered=answered, by=self.member, at=timezone.now()
        )
        return self._suggested(self._find(id))

    def _candidates(self, found: reading.Found) -> tuple[list[Any], bool]:
        page = reading.thread(self.member, found.thread.uid, own=found.own)
        return asking.candidates(self.member, found.settled, page.links)

    def _suggested(self, found: reading.Found, declined_at: datetime | None = None) -> Response:
        rows, is_asked = self._candidates(found)
        told = [{"kind": row.kind(), "id": row.uid, "name": row.name} for row in rows]
        said = {"asked": is_asked, "results": told, "declined_at": declined_at}
        return Response(SuggestionsShape(said).data)
