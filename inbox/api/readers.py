"""Who can read a thread and who has, for programs."""

from collections.abc import Callable

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from inbox.actions import guests, triage
from inbox.api import joining
from inbox.queries import audience, reading, standing


class ReaderShape(shapes.Shape):
    name = fields.Text()
    email = fields.Text(source="address")
    reason = fields.Text(source="why", help_text="Why the member can read it, in words.")
    read_at = fields.Moment(
        allow_null=True, help_text="When it was opened last, for those whose mail it is."
    )

    guest = fields.Id(
        allow_null=True,
        help_text="The member, where a mention alone let him in: `shut_out/` takes that back.",
    )


class GuestShape(shapes.Shape):
    member = fields.Ref(fields.everybody, help_text="Whom a mention let in.")


class NewGuestShape(shapes.Shape):
    member = fields.Colleague(help_text="Who may read it, and answer nothing.")


MEMBER = OpenApiExample(
    "A member", {"member": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"}, request_only=True
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
        return self._readers(self._find(id))

    @extend_schema(
        summary="Shut somebody out of a thread",
        request=GuestShape,
        responses={200: ReadersShape},
        examples=[MEMBER],
    )
    @action(detail=True, methods=["post"])
    def shut_out(self, request: Request, id: str) -> Response:
        """Whom a mention let in reads it no more; 403 where it is in no own mailbox."""
        return self._turn(id, GuestShape, guests.shut_out)

    @extend_schema(
        summary="Let somebody read a thread",
        request=NewGuestShape,
        responses={200: ReadersShape},
        examples=[MEMBER],
    )
    @action(detail=True, methods=["post"])
    def let_in(self, request: Request, id: str) -> Response:
        """As a mention does it, without a comment; 403 where it is in no own mailbox."""
        return self._turn(id, NewGuestShape, guests.let_in)

    def _turn(self, id: str, shape: type[shapes.Shape], turn: Callable[..., bool]) -> Response:
        found = self._find(id)
        member = self.read(shape)["member"]
        self._require_own(found)
        held = {entry.mailbox_id for entry in found.own_entries}
        for box in (each for each in found.own if each.pk in held):
            turn(thread=found.thread, mailbox=box, member=member, by=self.member, at=timezone.now())
        return self._readers(self._find(id))

    def _readers(self, found: reading.Found) -> Response:
        page = reading.thread(self.member, found.thread.uid, own=found.own)
        listed, _colleagues = audience.audience(page, self.member, [])
        entry = (found.own_entries or found.entries)[0]
        rule = standing.sentence(entry, is_linked=bool(page.links), has_guests=found.has_guests)
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
