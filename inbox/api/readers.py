"""Who can read a thread and who has, for programs."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from inbox.actions import triage
from inbox.api import joining
from inbox.queries import audience, reading, standing


class ReaderShape(shapes.Shape):
    name = fields.Text()
    email = fields.Text(source="address")
    reason = fields.Text(source="why", help_text="Why the member can read it, in words.")
    read_at = fields.Moment(
        allow_null=True, help_text="When it was opened last, for those whose mail it is."
    )


class ReadersShape(shapes.Shape):
    rule = fields.Text(help_text="The rule that holds, in words.")
    results = ReaderShape(many=True)


class Readers(joining.Joining):
    """Threads with those who can read them."""

    @extend_schema(summary="Read who can read a thread", responses=ReadersShape)
    @action(detail=True, methods=["get"])
    def readers(self, request: Request, id: str) -> Response:
        """Everybody who can read what one sees of it, the rule, and who has opened it."""
        found = self._find(id)
        page = reading.thread(self.member, found.thread.uid, own=found.own)
        listed, _colleagues = audience.audience(page, self.member, [])
        entry = (found.own_entries or found.entries)[0]
        rule = standing.sentence(entry, is_linked=bool(page.links))
        return Response(ReadersShape({"rule": rule, "results": listed}).data)

    def _say_who_reads(self, found: reading.Found, wanted: str) -> None:
        boxes = {box.pk: box for box in found.own}
        for entry in found.own_entries:
            mailbox = boxes[entry.mailbox_id]
            triage.change_visibility(
                thread=found.thread,
                mailbox=mailbox,
                visibility=triage.closed(mailbox) if wanted == "closed" else wanted,
                by=self.member,
                at=timezone.now(),
            )
