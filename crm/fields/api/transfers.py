"""What a member owns and is to do, giving all of it to somebody else, and back, for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.fields.actions import handing, transferring
from crm.fields.models import Transfer, kinds
from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions

EXAMPLE = OpenApiExample(
    "Everything to a colleague",
    request_only=True,
    value={
        "owner": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47",
        "new_owner": "01941f2a-1b00-7d21-8f4e-6a2b9c3d5e10",
        "given": ["person", "organization", "deal", "lead", "project", "activity", "task"],
    },
)
COUNTS = {"person": 214, "deal": 31, "activity": 12}
HELD = OpenApiExample("A member with work", response_only=True, value={"held": COUNTS})
WORDS = [(word, f"All {model.MANY}") for word, model in kinds().items()]
WORK = [("activity", "Open activities"), ("task", "Open tasks of projects")]


class Counts(serializers.DictField):
    """How many of each, by the words that `given` of a new transfer takes."""

    child = serializers.IntegerField(min_value=0)


class TransferShape(shapes.Shape):
    id = fields.Id(source="uid")
    owner = fields.Id(source="owner.uid", allow_null=True, default=None)
    new_owner = fields.Id(source="to.uid", allow_null=True, default=None)
    by = fields.Id(source="by.uid", allow_null=True, default=None)
    at = fields.Moment()
    given = Counts(source="counts", help_text="How many of each went.")
    returned_at = fields.Moment(source="undone_at", allow_null=True)


class NewTransferShape(shapes.Shape):
    """What is given, from whom and to whom."""

    owner = fields.Ref(fields.everybody, help_text="The id of the member who has it now.")
    new_owner = fields.Colleague(help_text="The id of the member who gets it.")
    given = counted.Few(
        child=fields.Choice(choices=[*WORDS, *WORK]),
        min_length=1,
        max_length=len(WORDS) + len(WORK),
        help_text="Kinds of record, and sorts of work that is still to be done.",
    )


class HeldShape(shapes.Shape):
    held = Counts(help_text="How much of what there is; what is not named there is none of.")


class TransferQuery(shapes.PageQuery):
    owner = fields.Ref(fields.everybody, required=False, help_text="What this member gave away.")


class HeldQuery(shapes.Query):
    owner = fields.Ref(
        fields.everybody,
        required=False,
        help_text="The id of a member; the one who asks, if not given.",
    )


class Transfers(Resource):
    """Everything of a member, given to another at once: for when somebody leaves."""

    read_scope = "workspace:read"
    write_scope = "workspace:write"
    serializer_class = TransferShape
    list_query = TransferQuery

    def rows(self) -> QuerySet[Transfer]:
        rows: QuerySet[Transfer] = Transfer.objects.select_related("owner", "to", "by")
        return rows if permissions.may(self.member, "records.transfer") else rows.none()

    @extend_schema(summary="List transfers")
    def list(self, request: Request) -> Response:
        """What went from one member to another, newest first. For owners and admins."""
        permissions.require(self.member, "records.transfer")
        rows = self.rows()
        if self.asked.get("owner"):
            rows = rows.filter(owner=self.asked["owner"])
        return self.page(rows)

    @extend_schema(
        summary="Give everything of a member to another",
        request=NewTransferShape,
        responses={201: TransferShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Each record has the change in its history. For owners and admins."""
        permissions.require(self.member, "records.transfer")
        asked: dict[str, Any] = self.read(NewTransferShape)
        owner, to, given = asked["owner"], asked["new_owner"], asked["given"]
        if owner.pk == to.pk:
            text = _("These are one and the same.")
            raise ValidationError({"new_owner": [text]}, code="invalid")
        made = transferring.transfer(
            lists=[model for word, model in kinds().items() if word in given],
            work=[word for word in handing.WORK if word in given],
            owner=owner,
            to=to,
            by=self.member,
            at=timezone.now(),
        )
        return self.shown(made, 201)

    @extend_schema(summary="Read a transfer")
    def retrieve(self, request: Request, id: str) -> Response:
        """One transfer: how many of what went, and whether they went back."""
        return self.shown(self.get_object())

    @extend_schema(summary="Give a transfer back", request=shapes.Nothing, responses=TransferShape)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def give_back(self, request: Request, id: str) -> Response:
        """What somebody else has by now stays there. 409 after thirty days or a second time."""
        made = self.get_object()
        self.read(shapes.Nothing)
        try:
            transferring.give_back(made=made, by=self.member, at=timezone.now())
        except transferring.Settled as error:
            text = _("This was given back before, or more than 30 days ago.")
            raise Conflict(text) from error
        return self.shown(self.rows().get(pk=made.pk))


class Held(Resource):
    """What a member has that could be given away."""

    read_scope = "workspace:read"
    query_class = HeldQuery
    serializer_class = HeldShape

    @extend_schema(summary="Count what a member has", examples=[HELD])
    def retrieve(self, request: Request) -> Response:
        """The records a member owns, the trash included, and open work. For owners and admins."""
        permissions.require(self.member, "records.transfer")
        owner = self.asked.get("owner") or self.member
        return self.shown({"held": transferring.held_by(owner)})
