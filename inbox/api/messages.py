"""Messages: what each says, where it lies, and its very bytes."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import downloads, fields, shapes
from crm.ui.rest.resources import Resource
from inbox import links
from inbox.api import people, refs
from inbox.mime import frame, images
from inbox.models import Message
from inbox.queries import blobs, ours, telling


class LocationShape(shapes.Shape):
    folder = fields.Id(source="folder.uid")
    folder_name = fields.Text(source="folder.display")
    uid = fields.Number(source="number", help_text="The UID in its folder (RFC 3501, 2.3.1.1).")
    uidvalidity = fields.Number(source="generation")


FILES = "The files: parts that have a name or are marked as an attachment."
EMBEDDED = (
    "Other parts, downloaded in the same way: pictures and calendars without a name, mails "
    "forwarded in place, and the files unpacked from a winmail.dat or from the text."
)


class MessageAttachmentShape(shapes.Shape):
    id = fields.Id(source="uid")
    filename = fields.Text()
    content_type = fields.Text()
    size = fields.Number(help_text="In bytes, decoded.")
    sha256 = fields.Hex(help_text="Of its decoded bytes.")
    inline = fields.Flag(source="is_inline", help_text="Shown inside the text.")


ACTIONS = (
    "failed, delayed, delivered, relayed or expanded; complained in a spam complaint; displayed, "
    "deleted, dispatched or processed in a receipt."
)
REASONS = (
    "address, host, moved, full, closed, size, spam, refused, limit or late; empty if unknown. "
    "The first three speak against the address itself."
)


class BouncedShape(shapes.Shape):
    address = fields.Text()
    status = fields.Text(help_text="As in RFC 3463, or empty.")
    action = fields.Text(help_text=ACTIONS)
    reason = fields.Text(help_text=REASONS)
    hard = fields.Flag(source="is_hard", help_text="The address itself is wrong.")
    diagnostic = fields.Text(help_text="The beginning of what the server said.")

    def to_representation(self, instance: dict[str, Any]) -> Any:
        # Rows of earlier versions have neither the reason nor the server's words
        known = {"reason": "", "is_hard": False, "diagnostic": "", "status": "", "action": ""}
        return super().to_representation(known | instance)


class BounceShape(shapes.Shape):
    recipients = BouncedShape(many=True)
    original_message_id = fields.MessageId(allow_null=True)
    away_until = fields.Text(help_text="A date as an automatic answer wrote it, or empty.")

    def to_representation(self, instance: dict[str, Any]) -> Any:
        return super().to_representation({"away_until": ""} | instance)


class MessageShape(shapes.Shape):
    id = fields.Id(source="uid")
    thread = fields.Id(source="thread.uid")
    mailbox = fields.Id(source="mailbox.uid")
    locations = LocationShape(many=True, source="locations.all")
    message_id = fields.MessageId(
        source="rfc_id", allow_null=True, help_text="As in RFC 5322, 3.6.4; null if it has none."
    )
    subject = fields.Text()
    to = people.AddressShape(many=True)
    cc = people.AddressShape(many=True)
    bcc = people.AddressShape(many=True)
    date = fields.Moment(source="sent_at", allow_null=True, help_text="What its Date says.")
    received_at = fields.Moment()
    direction = fields.Choice(choices=Message.Direction.choices)
    author = fields.Id(
        source="author_uid",
        allow_null=True,
        help_text="The member who wrote it; null where it came in, or left from elsewhere.",
    )
    kind = fields.Choice(choices=Message.Kind.choices)
    read = fields.Flag(
        source="is_read_here", help_text="In a team's mailbox each member reads on his own."
    )
    has_html = fields.Flag()
    tracked = fields.Flag(
        source="is_tracked", help_text="It left with tracking: `tracking/` has what it told."
    )
    snippet = fields.Text()
    reply_text = fields.Text(help_text="Own words: quotes and signature removed.")
    size = fields.Number(help_text="Of the whole mail, in bytes.")
    recipient_count = fields.Number(
        help_text="How many addresses To, Cc and Bcc hold; the first 500 are listed."
    )
    attachments = MessageAttachmentShape(many=True, source="files", help_text=FILES)
    embedded = MessageAttachmentShape(many=True, help_text=EMBEDDED)
    bounce = BounceShape(
        allow_null=True,
        help_text="What a report or an automatic answer is about; null for other mail.",
    )
    parse_quality = fields.Choice(source="quality", choices=Message.Quality.choices)

    def get_fields(self) -> dict[str, Any]:
        # A class cannot have an attribute called "from"
        found = super().get_fields()
        sender = people.AddressShape(source="sender", allow_null=True)
        return {**found, "from": sender}

    def to_representation(self, instance: Message) -> Any:
        everybody: dict[str, list[dict[str, str]]] = {"to": [], "cc": [], "bcc": []}
        for person in instance.participants.all():
            everybody.setdefault(person.role, []).append(
                {"name": person.name, "address": person.address}
            )
        known = instance.sender_name or instance.sender_address
        sender = {"name": instance.sender_name, "address": instance.sender_address}
        every = list(instance.attachments.all())
        told = shapes.Beside(
            instance,
            **{role: everybody[role] for role in ("to", "cc", "bcc")},
            sender=sender if known else None,
            files=[file for file in every if not file.is_embedded],
            embedded=[file for file in every if file.is_embedded],
            reply_text="".join(body.own_text for body in instance.bodies.all()),
        )
        return super().to_representation(told)


class ToldShape(shapes.Shape):
    """What is known of opens, or of clicks."""

    kind = fields.Choice(choices=["open", "click"])
    who = fields.Choice(
        choices=["human", "proxy", "bot"],
        allow_null=True,
        help_text="`human`: what persons probably did; else a mail service (`proxy`) or another "
        "machine (`bot`), and no person so far. null: nobody.",
    )
    count = fields.Number(help_text="How often they did.")
    last_at = fields.Moment(allow_null=True)
    known_by = fields.Choice(
        choices=["click", "reply"],
        allow_null=True,
        help_text="What shows that it was opened where no pixel told of a person; else null.",
    )

    def to_representation(self, instance: ours.Told) -> Any:
        same = {"kind": instance.kind, "count": instance.count, "last_at": instance.last_at}
        said = {"who": instance.who or None, "known_by": instance.known_by or None}
        return super().to_representation({**same, **said})


class TrackingShape(shapes.Shape):
    told = ToldShape(many=True, help_text="One for opens and one for clicks, as was chosen.")


class MessageQuery(shapes.PageQuery):
    thread = refs.ThreadRef(required=False, help_text="Messages of this thread, oldest first.")
    mailbox = refs.mailbox(required=False, help_text="Messages of this mailbox only.")
    message_id = fields.Text(
        required=False, help_text="The Message-ID (RFC 5322), with its brackets or without."
    )


class Messages(Resource):
    """Single mails; those of a colleague's private mailbox do not exist here."""

    read_scope = "mail:read"
    serializer_class = MessageShape
    list_query = MessageQuery

    def rows(self) -> QuerySet[Message]:
        return telling.messages(self.member)

    @extend_schema(summary="List messages")
    def list(self, request: Request) -> Response:
        """Messages, last stored first; those of one thread in the order they came."""
        rows = self.rows()
        if "thread" in self.asked:
            rows = rows.filter(thread=self.asked["thread"])
            self.ordering = ("received_at", "id")
        if "mailbox" in self.asked:
            rows = rows.filter(mailbox=self.asked["mailbox"])
        if "message_id" in self.asked:
            bare = self.asked["message_id"].removeprefix("<").removesuffix(">")
            rows = rows.filter(rfc_id=bare)
        return self.page(rows)

    @extend_schema(summary="Read a message")
    def retrieve(self, request: Request, id: str) -> Response:
        """One message: its people, its own words, its files and where it lies."""
        return self.shown(self.get_object())

    @extend_schema(
        summary="Download a message", responses={(200, "message/rfc822"): OpenApiTypes.BINARY}
    )
    @action(detail=True)
    def raw(self, request: Request, id: str) -> HttpResponse:
        """The stored bytes, exactly as they came."""
        message = self.get_object()
        return downloads.file(blobs.data(message.blob_id), "message/rfc822", f"{message.uid}.eml")

    @extend_schema(summary="Read what a message told of its reading", responses=TrackingShape)
    @action(detail=True)
    def tracking(self, request: Request, id: str) -> Response:
        """Opens and clicks of a mail that left with tracking; of other mail nothing.

        A pixel is a hint: mail services fetch it when nobody reads, and many readers never do.
        Whoever followed a link or answered has opened the mail, so that counts as well.
        """
        message = self.get_object()
        told = ours.told([message.pk] if message.is_tracked else []).get(message.pk, [])
        return Response(TrackingShape({"told": told}).data)

    @extend_schema(
        summary="Read a message as a document", responses={(200, "text/html"): OpenApiTypes.STR}
    )
    @action(detail=True)
    def body(self, request: Request, id: str) -> HttpResponse:
        """The cleaned HTML as it is framed on the page: no scripts, no remote images."""
        message = self.get_object()
        body = message.bodies.first()
        if body is None or not body.html:
            return downloads.document(frame.text_document(body.text if body else ""))
        shown = images.cids(body.html)
        urls = {
            file.cid: links.make(self.member, links.INLINE, file.uid, name=file.filename)
            for file in message.attachments.all()
            if file.cid in shown
        }
        return downloads.document(
            frame.document(body.html, images=False, cid_urls=urls, image_url=None)
        )

    @extend_schema(
        summary="Read a message as text", responses={(200, "text/plain"): OpenApiTypes.STR}
    )
    @action(detail=True)
    def text(self, request: Request, id: str) -> HttpResponse:
        """The text of the mail, quotes included; of an HTML mail its words."""
        body = self.get_object().bodies.first()
        return downloads.words(body.text if body else "")
