"""What colleagues say about conversations, for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.timeline import wording
from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from inbox.actions import commenting as actions
from inbox.api import said as shaping
from inbox.models import Comment
from inbox.queries import between


class Comments(Resource):
    """Comments among the mails of a thread; they are never sent."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = shaping.CommentShape
    list_query = shaping.CommentQuery

    def rows(self) -> QuerySet[Comment]:
        return between.comments(self.member).select_related("thread", "mailbox", "by")

    @extend_schema(summary="List comments")
    def list(self, request: Request) -> Response:
        """Comments on threads one may read, last written first."""
        rows, thread = self.rows(), self.asked.get("thread")
        return self.page(rows.filter(thread=thread) if thread is not None else rows)

    @extend_schema(
        summary="Comment on a thread",
        request=shaping.NewCommentShape,
        responses={201: shaping.SaidShape},
        examples=[shaping.EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Say something; whoever is mentioned is told, and may read the thread from then on."""
        asked: dict[str, Any] = self.read(shaping.NewCommentShape)
        try:
            said = actions.write(
                thread=asked["thread"], html=asked["html"], by=self.member, at=timezone.now()
            )
        except wording.Unfit as error:
            raise ValidationError({"html": [_("Write something first.")]}) from error
        return Response(shaping.told(said), status=201)

    @extend_schema(summary="Read a comment")
    def retrieve(self, request: Request, id: str) -> Response:
        """One comment by its id."""
        return self.shown(self.get_object())

    @extend_schema(
        summary="Change a comment", request=shaping.ChangedCommentShape, responses=shaping.SaidShape
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Other words for a comment of one's own."""
        row, asked = self.get_object(), self.read(shaping.ChangedCommentShape)
        try:
            said = actions.change(
                comment=row, html=asked["html"], by=self.member, at=timezone.now()
            )
        except wording.Unfit as error:
            raise ValidationError({"html": [_("Write something first.")]}) from error
        return Response(shaping.told(said))

    @extend_schema(summary="Remove a comment", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Take a comment of one's own away; whom it let in stays in. `restore/` brings it back."""
        actions.remove(comment=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)

    @extend_schema(summary="Restore a comment", request=None, responses={200: shaping.CommentShape})
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, id: str) -> Response:
        """Bring a comment of one's own back that was removed."""
        self.read(shapes.Nothing)
        uid = fields.as_uid(id)
        gone = between.removed(self.member).filter(uid=uid) if uid is not None else None
        row = gone.select_related("thread").first() if gone is not None else None
        if row is not None:
            actions.bring_back(comment=row, by=self.member, at=timezone.now())
        return self.shown(self.get_object())
