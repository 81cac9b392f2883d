"""What a thread may be about, where several could be meant, for programs."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import shapes
from inbox.actions import choosing
from inbox.api import joined, joining
from inbox.queries import asking, reading


class Suggesting(joining.Joining):
    """Open deals, leads and projects of those who take part in a thread."""

    @extend_schema(summary="Suggest links of a thread", responses=joined.SuggestionsShape)
    @action(detail=True, methods=["get"])
    def suggestions(self, request: Request, id: str) -> Response:
        """Records that the thread could be linked to; at most eight, and none that was undone."""
        return self._suggested(self._find(id))

    @extend_schema(
        summary="Decline what is suggested", request=None, responses={200: joined.SuggestionsShape}
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
        request=joined.DeclinedShape,
        responses={200: joined.SuggestionsShape},
        examples=[joined.AGAIN],
    )
    @action(detail=True, methods=["post"])
    def ask_again(self, request: Request, id: str) -> Response:
        """Take one `decline/` back."""
        found, asked = self._find(id), self.read(joined.DeclinedShape)
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
        return Response(joined.SuggestionsShape(said).data)
