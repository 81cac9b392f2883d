"""Addresses and domains whose mail is hidden."""

from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from inbox import tasks
from inbox.actions import blocking
from inbox.models import Block
from inbox.queries import blocking as queries

EXAMPLE = OpenApiExample("A domain", request_only=True, value={"pattern": "news.test"})


class BlockShape(shapes.Shape):
    id = fields.Id(source="uid")
    pattern = fields.Text(help_text="An address, or a domain.")
    for_all = fields.Flag(help_text="For every mailbox here, not only one's own.")
    created_at = fields.Moment()

    def to_representation(self, instance: Block) -> Any:
        return super().to_representation(
            shapes.Beside(instance, for_all=instance.member_id is None)
        )


class NewBlockShape(shapes.Shape):
    """Whom to block."""

    pattern = fields.Text(max_length=254, help_text="An address, or a domain.")
    for_all = fields.Flag(default=False, help_text="For every mailbox here; for owners and admins.")


class PreviewShape(shapes.Shape):
    conversations = fields.Number(help_text="How many it hides in one's mailboxes.")
    others = fields.Number(help_text="Of how many more it hides single mails.")


class PreviewQuery(shapes.Query):
    pattern = fields.Text(
        required=False, max_length=254, help_text="An address, or a domain; without one nothing."
    )


class Blocks(Resource):
    """Whose mail is hidden, as long as nobody else from outside is on it."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = BlockShape

    def rows(self) -> QuerySet[Block]:
        return queries.of(self.member).order_by()

    @extend_schema(summary="List blocks")
    def list(self, request: Request) -> Response:
        """One's own, and those of the whole workspace."""
        return self.page(self.rows())

    @extend_schema(
        summary="Block a sender",
        request=NewBlockShape,
        responses={201: BlockShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Hide its mail, and leave new mail of it on the server; deleting the block undoes it."""
        asked = self.read(NewBlockShape)
        at = timezone.now()
        pattern = _pattern(asked["pattern"])
        try:
            row = blocking.block(pattern=pattern, for_all=asked["for_all"], by=self.member, at=at)
        except blocking.AlreadyBlocked as error:
            raise Conflict(" ".join(error.messages)) from error
        tasks.settle_block(row, at=at)
        return self.shown(row, 201)

    @extend_schema(summary="Read a block")
    def retrieve(self, request: Request, id: str) -> Response:
        """One block, with whose mailboxes it holds for."""
        return self.shown(self.get_object())

    @extend_schema(summary="Unblock", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Show what it hid again, and let in what it kept out."""
        row, at = self.get_object(), timezone.now()
        blocking.unblock(row=row, by=self.member, at=at)
        tasks.settle_block(row, at=at)
        return Response(status=204)


class BlockPreview(Resource):
    """What a block would do."""

    read_scope = "mail:read"
    query_class = PreviewQuery
    serializer_class = PreviewShape

    @extend_schema(summary="Preview a block", parameters=[PreviewQuery])
    def retrieve(self, request: Request) -> Response:
        """How much of one's own mail it would hide; nothing changes."""
        if "pattern" not in self.asked:
            return self.shown(queries.Preview(0, 0))
        pattern = _pattern(self.asked["pattern"])
        return self.shown(queries.preview(pattern, by=self.member))


def _pattern(typed: str) -> str:
    try:
        return blocking.read_pattern(typed)
    except Invalid as error:
        raise ValidationError({"pattern": error.messages}, code="invalid") from error
