"""Mail being written: one's own, and what a team writes together."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.timeline import subjects
from crm.timeline.api import about
from crm.timeline.api.about import AboutShape
from crm.ui.rest import fields, shapes
from crm.ui.rest.bulk import Bulk
from crm.ui.rest.refusals import Conflict
from inbox.actions import compose, direct
from inbox.api import refs, writing
from inbox.mime import plain
from inbox.models import Draft
from inbox.queries import doubts
from inbox.queries import drafts as queries

EXAMPLE = OpenApiExample(
    "A draft",
    request_only=True,
    value={
        "mailbox": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47",
        "to": ["Dana Whitfield <dana@northwind.test>"],
        "subject": "Our offer",
        "text": "Hello Dana,\n\nhere is our offer.\n",
        "track_clicks": True,
    },
)


class _ChangedDraft(writing.LetterShape):
    mailbox = refs.mailbox(required=False)
    version = fields.Number(
        required=False, min_value=0, help_text="Refuse (409) when another one stands by now."
    )
    in_reply_to = None  # type: ignore[assignment]  # which mail it answers cannot be changed


NewDraftShape: Any = about.linking(writing.LetterShape, "LetterShape")
ChangedDraftShape: Any = about.linking(_ChangedDraft, "ChangedDraftShape")


class DraftShape(shapes.Shape):
    id = fields.Id(source="uid")
    mailbox = fields.Id(source="mailbox.uid")
    author = fields.Id(
        source="author.uid",
        help_text="The member whose it is: who began it, or in a team's mailbox wrote in it last.",
    )
    kind = fields.Choice(choices=Draft.Kind.choices)
    to = serializers.ListField(child=writing.Recipient())
    cc = serializers.ListField(child=writing.Recipient())
    bcc = serializers.ListField(child=writing.Recipient())
    subject = fields.Text()
    text = fields.Text()
    html = fields.Text()
    in_reply_to = fields.Id(source="answers.uid", allow_null=True, default=None)
    thread = fields.Id(source="thread.uid", allow_null=True, default=None)
    attachments = serializers.ListField(child=fields.Id(), help_text="Ids of uploads.")
    remind_after_days = fields.Number(source="remind_days", help_text="0 without a reminder.")
    quote = fields.Flag(
        source="is_quoting", help_text="The mail it answers stands below it when it leaves."
    )
    track_opens = fields.Flag(source="tracks_opens")
    track_clicks = fields.Flag(source="tracks_clicks")
    version = fields.Number(help_text="Raised by every change.")
    about = AboutShape(many=True, help_text="Records its thread is linked to once it is sent.")
    created_at = fields.Moment()
    updated_at = fields.Moment()

    def to_representation(self, instance: Draft) -> Any:
        files = sorted(instance.files.all(), key=lambda file: file.position)
        pairs = [(kind, pk) for kind, pk in instance.about]
        seen = subjects.named(self.context["member"], pairs) if pairs else {}
        told = shapes.Beside(
            instance,
            text=instance.text or plain.from_html(instance.html),
            about=[{"kind": pair[0], "id": seen[pair].uid} for pair in pairs if pair in seen],
            attachments=[file.upload.uid for file in files],
        )
        return super().to_representation(told)


class AnswerShape(shapes.Shape):
    """Which message is answered, and how."""

    message = refs.message(help_text="A message that came to a mailbox one works in.")
    kind = fields.Choice(choices=[kind for kind in Draft.Kind.choices if kind[0] != "new"])
    mailbox = refs.mailbox(required=False, help_text="Where it leaves from, if from another.")


PASSED_ON = OpenApiExample(
    "Pass a mail on with its files",
    {"message": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47", "kind": "forward"},
    request_only=True,
)


class SendShape(shapes.Shape):
    send_at = fields.Moment(
        required=False, allow_null=True, default=None, help_text="null: in ten seconds."
    )
    unless_answered = writing.unless_answered()
    send_anyway = fields.Flag(
        default=False, help_text="Although a colleague answered since the draft was begun."
    )
    version = fields.Number(
        required=False, min_value=1, help_text="Refuse (409) when another one stands by now."
    )


class SentDraftShape(shapes.Shape):
    outbox = fields.Id(source="uid", help_text="The mail in `outbox/`.")
    message_id = fields.MessageId(source="rfc_id")
    send_at = fields.Moment(source="send_after")


class DoubtShape(shapes.Shape):
    code = fields.Text()
    message = fields.Text()
    thread = fields.Id(allow_null=True, default=None)


class DoubtsShape(shapes.Shape):
    doubts = DoubtShape(many=True)


class DraftQuery(shapes.PageQuery):
    mailbox = refs.mailbox(required=False, help_text="Drafts that leave from this mailbox.")
    thread = refs.ThreadRef(required=False, help_text="Answers in this thread.")
    q = fields.Text(
        required=False, allow_blank=True, max_length=200, help_text="Words of subject or text."
    )
    updated_since = fields.Moment(
        required=False, help_text="Begun or saved at that time or later, oldest first."
    )


class Drafts(Bulk):
    """Mails not yet handed to the outbox; whoever answers in a team's mailbox shares its drafts."""

    many = "drafts"
    new_shape, changed_shape = NewDraftShape, ChangedDraftShape

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = DraftShape
    list_query = DraftQuery

    def rows(self) -> QuerySet[Draft]:
        rows: QuerySet[Draft] = (
            queries.waiting(self.member)
            .select_related("mailbox", "author", "answers", "thread")
            .prefetch_related("files__upload")
        )
        return rows

    @extend_schema(summary="List drafts")
    def list(self, request: Request) -> Response:
        """One's own drafts and those of one's teams' mailboxes, last begun first; with
        `updated_since` in the order of their changes.
        """
        rows = self.rows()
        for word in self.asked.get("q", "").split():
            rows = rows.filter(Q(subject__icontains=word) | Q(html__icontains=word))
        if "updated_since" in self.asked:
            rows = rows.filter(updated_at__gte=self.asked["updated_since"])
            self.ordering = ("updated_at", "id")
        for name in ("mailbox", "thread"):
            if name in self.asked:
                rows = rows.filter(**{name: self.asked[name]})
        return self.page(rows)

    @extend_schema(
        summary="Begin a draft",
        request=NewDraftShape,
        responses={201: DraftShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Write a mail without sending it; it can be gone on with on the page."""
        draft = self.make(self.read(NewDraftShape))
        return self.shown(self.rows().get(pk=draft.pk), 201)

    @extend_schema(
        summary="Begin an answer",
        request=AnswerShape,
        responses={201: DraftShape},
        examples=[PASSED_ON],
    )
    @action(detail=False, methods=["post"])
    def answer(self, request: Request) -> Response:
        """Begin to answer a message or to pass it on, as the page does: addressed, named, signed,
        with the mail below, and its files where it is passed on. One begun before is gone on with.
        """
        asked = self.read(AnswerShape)
        draft = compose.start(
            mailbox=asked.get("mailbox") or asked["message"].mailbox,
            by=self.member,
            at=timezone.now(),
            kind=asked["kind"],
            answers=asked["message"],
        )
        return self.shown(self.rows().get(pk=draft.pk), 201)

    @extend_schema(summary="Read a draft")
    def retrieve(self, request: Request, id: str) -> Response:
        """One draft, as it stands."""
        return self.shown(self.get_object())

    @extend_schema(summary="Go on writing a draft", request=ChangedDraftShape, responses=DraftShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Change what is named; what is not named stays. A colleague's becomes one's own."""
        draft = self.alter(self.get_object(), self.read(ChangedDraftShape, partial=True))
        return self.shown(self.rows().get(pk=draft.pk))

    @extend_schema(summary="Throw a draft away", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Put the draft away; nothing is sent, and `restore/` brings it back for a while."""
        self.remove(self.get_object())
        return Response(status=204)

    def make(self, asked: dict[str, Any]) -> Draft:
        letter = writing.letter(asked)
        return writing.told(lambda: direct.write(letter=letter, by=self.member, at=timezone.now()))

    def alter(self, row: Draft, asked: dict[str, Any]) -> Draft:
        if asked.pop("version", row.version) != row.version:
            text = _("The draft's version is %(version)s by now.") % {"version": row.version}
            raise Conflict(text)
        said = {name: getattr(row, name) for name in ("mailbox", "to", "cc", "bcc", "subject")}
        said["remind_after_days"], said["quote"] = row.remind_days, row.is_quoting
        said["track_opens"], said["track_clicks"] = row.tracks_opens, row.tracks_clicks
        said["attachments"] = [file.upload for file in row.files.all()]
        if not {"text", "html"} & set(asked):
            said |= {"text": row.text, "html": row.html}
        letter = writing.letter(said | asked)
        return writing.told(
            lambda: direct.rewrite(
                draft=row,
                version=row.version,
                letter=letter,
                by=self.member,
                at=timezone.now(),
            )
        )

    def remove(self, row: Draft) -> None:
        writing.told(lambda: compose.discard(draft=row, by=self.member, at=timezone.now()))

    @extend_schema(summary="Restore a draft", request=None, responses={200: DraftShape})
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, id: str) -> Response:
        """Go on with a draft that was thrown away."""
        self.read(shapes.Nothing)
        gone = queries.writable(self.member).filter(queued_at=None, discarded_at__isnull=False)
        uid = fields.as_uid(id)
        row = gone.filter(uid=uid).first() if uid is not None else None
        if row is not None:
            compose.restore(draft=row, by=self.member, at=timezone.now())
        return self.shown(self.get_object())

    @extend_schema(summary="Read what to know before sending", responses=DoubtsShape)
    @action(detail=True, methods=["get"])
    def doubts(self, request: Request, id: str) -> Response:
        """Bounces, colleagues who wrote lately, domains that differ; none of it stops a program."""
        found = doubts.doubts(self.get_object(), self.member, timezone.now())
        return Response(DoubtsShape({"doubts": found}).data)

    @extend_schema(summary="Send a draft", request=SendShape, responses={202: SentDraftShape})
    @action(detail=True, methods=["post"])
    def send(self, request: Request, id: str) -> Response:
        """Hand the draft to the outbox; until it leaves it can be cancelled there.

        409 where somebody else answered the thread since the draft was begun: read that, then
        send with `send_anyway`, change the draft or delete it.
        """
        draft = self.get_object()
        asked = self.read(SendShape)
        now = timezone.now()
        outgoing = writing.told(
            lambda: compose.queue_message(
                draft=draft,
                by=self.member,
                at=now,
                knowing=now if asked["send_anyway"] else None,
                send_after=asked["send_at"],
                unless_answered=asked["unless_answered"],
                version=asked.get("version"),
            )
        )
        return Response(SentDraftShape(outgoing).data, status=202)
