"""Mail on its way out: handed over, watched, and stopped while it waits."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.timeline.api import about
from crm.ui.rest import fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from inbox.actions import compose, direct, later
from inbox.actions import outbox as leaving
from inbox.api import refs, writing
from inbox.models import Mailbox, Outgoing
from inbox.queries import access
from sync.api import words

EXAMPLE = OpenApiExample(
    "An answer, sent tomorrow",
    request_only=True,
    value={
        "mailbox": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47",
        "to": ["dana@northwind.test"],
        "subject": "Re: Price list",
        "text": "Hello Dana,\n\nthe price list is attached.\n",
        "in_reply_to": "01941f29-8d11-7b22-8c3d-1a2b3c4d5e6f",
        "send_at": "2026-11-21T08:00:00Z",
        "attachments": ["01941f29-9e22-7c33-9d4e-2b3c4d5e6f70"],
    },
)


class _NewOutgoing(writing.LetterShape):
    """A mail to send."""

    send_at = fields.Moment(
        required=False,
        allow_null=True,
        default=None,
        help_text="Not before this time, nor within ten seconds, so that it can be cancelled.",
    )

    unless_answered = writing.unless_answered()


NewOutgoingShape: Any = about.linking(_NewOutgoing, "NewOutgoingShape")


class ChangedOutgoingShape(shapes.Shape):
    """Another time for a mail that waits; what is not named stays."""

    send_at = fields.Moment(required=False, help_text="A time that is over means at once.")
    unless_answered = writing.unless_answered(default=None, allow_null=True)


CHANGE = OpenApiExample(
    "Monday morning, unless they answer first",
    request_only=True,
    value={"send_at": "2026-11-23T08:00:00Z", "unless_answered": True},
)


DECISIONS: dict[str, Callable[..., Any]] = {
    "again": leaving.send_again,
    "arrived": leaving.mark_sent,
    "draft": leaving.back_to_draft,
}
DECISION = OpenApiExample("Send it once more", {"as": "again"}, request_only=True)


class DecisionShape(shapes.Shape):
    """`again` sends it under the same Message-ID, `arrived` calls it sent, `draft` gives it up."""

    def get_fields(self) -> dict[str, Any]:
        # A class cannot have an attribute called "as"
        return {"as": fields.Choice(choices=list(DECISIONS))}


class ErrorShape(shapes.Shape):
    code = fields.Text()
    text = fields.Text(help_text="What happened.")
    remedy = fields.Text(help_text="What to do about it.")
    server = fields.Text(help_text="What the server said, or empty.")


class OutgoingShape(shapes.Shape):
    id = fields.Id(source="uid")
    mailbox = fields.Id(source="mailbox.uid")
    author = fields.Id(
        source="author.uid", allow_null=True, default=None, help_text="The member who sent it."
    )
    state = fields.Choice(
        choices=Outgoing.State.choices,
        help_text="`unknown`: the connection broke at the very end, and nobody can tell; it is "
        "not sent again by itself.",
    )
    message_id = fields.MessageId(source="rfc_id", help_text="Made once, before it is sent.")
    subject = fields.Text()
    recipients = serializers.ListField(child=fields.Text())
    send_at = fields.Moment(source="send_after")
    held_at = fields.Moment(
        allow_null=True,
        help_text="When its time came although its owner's access had ended; it leaves when a new "
        "`send_at` is given.",
    )
    unless_answered = serializers.BooleanField()
    track_opens = fields.Flag(source="tracks_opens")
    track_clicks = fields.Flag(source="tracks_clicks")
    attempts = fields.Number()
    error = ErrorShape(allow_null=True)
    thread = fields.Id(source="thread.uid", allow_null=True, default=None)
    message = fields.Id(
        source="message.uid", allow_null=True, default=None, help_text="Once it is in a thread."
    )
    created_at = fields.Moment()
    sent_at = fields.Moment(allow_null=True)

    def to_representation(self, instance: Outgoing) -> Any:
        code, said = instance.error_code, instance.error_text
        text, remedy = words.found(code, said)
        known = {"code": code, "text": text or said, "remedy": remedy, "server": said}
        error = known if code or said else None
        return super().to_representation(shapes.Beside(instance, error=error))


class OutboxQuery(shapes.PageQuery):
    mailbox = refs.mailbox(required=False, help_text="Mail that leaves from this mailbox.")
    state = fields.Choice(required=False, choices=Outgoing.State.choices)


class Outbox(Resource):
    """Mail handed over: sent at most once, and nothing about it is hidden."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = OutgoingShape
    list_query = OutboxQuery

    def rows(self) -> QuerySet[Outgoing]:
        own = Q(mailbox__kind=Mailbox.Kind.PERSONAL, mailbox__owner=self.member)
        mine = own | Q(mailbox__in=access.mailboxes(self.member))
        rows: QuerySet[Outgoing] = Outgoing.objects.filter(mine).select_related(
            "mailbox", "author", "thread", "message"
        )
        return rows

    @extend_schema(summary="List the outbox")
    def list(self, request: Request) -> Response:
        """Mail on its way and mail that left, last handed over first."""
        rows = self.rows()
        for name in ("mailbox", "state"):
            if name in self.asked:
                rows = rows.filter(**{name: self.asked[name]})
        return self.page(rows)

    @extend_schema(
        summary="Send a mail",
        request=NewOutgoingShape,
        responses={201: OutgoingShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Hand a mail over to be sent once. With an Idempotency-Key a repeated call is harmless."""
        asked = self.read(NewOutgoingShape)
        outgoing = writing.told(
            lambda: direct.send(
                letter=writing.letter(asked),
                by=self.member,
                at=timezone.now(),
                send_after=asked["send_at"],
                unless_answered=asked["unless_answered"],
            )
        )
        return self.shown(self.rows().get(pk=outgoing.pk), 201)

    @extend_schema(summary="Read a mail of the outbox")
    def retrieve(self, request: Request, id: str) -> Response:
        """Where a mail stands."""
        return self.shown(self.get_object())

    @extend_schema(
        summary="Change when a mail leaves",
        request=ChangedOutgoingShape,
        responses={200: OutgoingShape},
        examples=[CHANGE],
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Let a waiting mail leave at another time. 409 once it may have left."""
        outgoing = self.get_object()
        asked = self.read(ChangedOutgoingShape, partial=True)
        unless = asked.get("unless_answered")
        writing.told(
            lambda: later.move(
                outgoing=outgoing,
                send_after=asked.get("send_at") or outgoing.send_after,
                unless_answered=outgoing.unless_answered if unless is None else unless,
                by=self.member,
                at=timezone.now(),
            )
        )
        return self.shown(self.rows().get(pk=outgoing.pk))

    @extend_schema(
        summary="Decide about a mail that is stuck",
        request=DecisionShape,
        responses={200: OutgoingShape},
        examples=[DECISION],
    )
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, id: str) -> Response:
        """Say what becomes of a mail that `failed`, or of which nobody knows whether it arrived.

        409 for any other.
        """
        outgoing = self.get_object()
        run = DECISIONS[self.read(DecisionShape)["as"]]
        if outgoing.state not in leaving.STUCK:
            raise Conflict(_("This mail is not stuck: it waits, has left, or was cancelled."))
        writing.told(lambda: run(outgoing=outgoing, by=self.member, at=timezone.now()))
        return self.shown(self.rows().get(pk=outgoing.pk))

    @extend_schema(summary="Cancel a mail", request=None, responses={200: OutgoingShape})
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: str) -> Response:
        """Stop a mail that still waits; it is a draft again. 409 once it may have left."""
        outgoing = self.get_object()
        self.read(shapes.Nothing)
        writing.told(lambda: compose.cancel(outgoing=outgoing, by=self.member, at=timezone.now()))
        return self.shown(self.rows().get(pk=outgoing.pk))
