"""Mail that waits at the door of a mailbox, for programs."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from inbox.actions import doors
from inbox.models import Mailbox
from inbox.queries import access
from sync.actions import waking
from sync.queries import door as queries

EXAMPLE = OpenApiExample(
    "Always from Dana", request_only=True, value={"sender": "dana@northwind.test", "always": True}
)


class WaitingShape(shapes.Shape):
    sender = fields.Text(source="address")
    name = fields.Text()
    count = fields.Number(help_text="How many mails wait.")
    subject = fields.Text(help_text="Of the newest one.")
    last_at = fields.Moment(allow_null=True)


class DoorShape(shapes.Shape):
    results = WaitingShape(many=True, help_text="The hundred senders whose mail came last.")
    welcome = serializers.ListField(child=fields.Text(), help_text="Who is always let in.")


class LettingShape(shapes.Shape):
    """Whose mail to bring in."""

    sender = fields.Address()
    always = fields.Flag(default=False, help_text="And all of it from now on.")
    never = fields.Flag(
        default=False,
        help_text="Before all: let in no more of it than of others; what came in stays.",
    )


class Door(Resource):
    """Mail with nobody known here, where a mailbox imports known people's only."""

    read_scope = "mail:read"
    write_scope = "mailboxes:write"
    serializer_class = DoorShape

    def rows(self) -> QuerySet[Mailbox]:
        return access.mailboxes(self.member)

    @extend_schema(summary="Read who waits", responses=DoorShape)
    def retrieve(self, request: Request, id: str) -> Response:
        """Whose mail waits on the server, and who is always let in."""
        return self._door()

    @extend_schema(
        summary="Let a sender in",
        request=LettingShape,
        responses={200: DoorShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request, id: str) -> Response:
        """Bring in what waits of a sender, and with `always` what he writes later; `never` ends
        that.
        """
        box, asked, at = self.get_object(), self.read(LettingShape), timezone.now()
        if asked["never"]:
            doors.unwelcome(mailbox=box, address=asked["sender"])
        elif asked["always"]:
            doors.welcome(mailbox=box, address=asked["sender"], by=self.member, at=at)
        else:
            doors.let_in(mailbox=box, addresses=[asked["sender"]], by=self.member, at=at)
        waking.make_due(mailbox=box, at=at)
        return self._door()

    def _door(self) -> Response:
        box = self.get_object()
        told = {"results": queries.waiting(box), "welcome": queries.welcome(box)}
        return Response(DoorShape(told).data)


door = Door.as_view({"get": "retrieve", "post": "create"})
