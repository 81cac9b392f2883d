"""Comparing a mailbox with its server over REST, and mending it."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from inbox.models import Mailbox
from inbox.queries import access
from sync.actions import repair
from sync.models import Repair
from sync.queries import managing, repairs

EXAMPLE = OpenApiExample("Look before mending", request_only=True, value={"kind": "compare"})


class NewRepairShape(shapes.Shape):
    """What to do."""

    kind = fields.Choice(
        choices=Repair.Kind.choices,
        default=Repair.Kind.COMPARE,
        help_text="`compare` changes nothing; `mend` compares and mends what differs.",
    )


class FolderReportShape(shapes.Shape):
    folder = fields.Id(source="uid")
    name = fields.Text()
    listed = fields.Number(help_text="Messages the server has there.")
    missing = fields.Number(help_text="On the server and not in the ledger.")
    flags = fields.Number(help_text="Marked otherwise there.")
    back = fields.Number(help_text="Believed gone, and listed again.")
    gone = fields.Number(help_text="Not listed any more; kept for a day, then asked for again.")
    unread = fields.Number(help_text="Kept, and never read in full.")
    note = fields.Text(help_text="Why it was not compared, as a sentence; empty where it was.")


class RepairShape(shapes.Shape):
    id = fields.Id(source="row.uid")
    kind = fields.Choice(source="row.kind", choices=Repair.Kind.choices)
    state = fields.Choice(source="row.state", choices=Repair.State.choices)
    asked_at = fields.Moment(source="row.asked_at")
    started_at = fields.Moment(source="row.started_at", allow_null=True)
    ended_at = fields.Moment(source="row.ended_at", allow_null=True)
    listed = fields.Number()
    differences = fields.Number()
    sentences = serializers.ListField(
        child=fields.Text(), help_text="The same in words, in the language of the request."
    )
    folders = FolderReportShape(many=True)


class Repairs(Resource):
    """The comparison of a mailbox with its server: the one under way, or the last one."""

    read_scope = "mail:read"
    write_scope = "mailboxes:write"
    serializer_class = RepairShape

    def rows(self) -> QuerySet[Mailbox]:
        return access.mailboxes(self.member)

    @extend_schema(summary="Read a mailbox's comparison", responses={200: RepairShape})
    def retrieve(self, request: Request, id: str) -> Response:
        """The comparison under way, or the last one; 404 where there was none."""
        row = repairs.last(self.get_object())
        if row is None:
            raise Http404
        return self.shown(repairs.report(row))

    @extend_schema(
        summary="Compare a mailbox with its server",
        request=NewRepairShape,
        responses={202: RepairShape},
        examples=[EXAMPLE],
    )
    def begin(self, request: Request, id: str) -> Response:
        """Have every folder listed and held against the ledger; 409 while one goes on.

        Nothing is deleted: what is gone on the server is kept for a day and asked for again.
        """
        mailbox = self.get_object()
        if not managing.may_manage(self.member, mailbox):
            raise PermissionDenied("mailbox")
        asked = self.read(NewRepairShape)
        try:
            row = repair.ask(by=self.member, mailbox=mailbox, kind=asked["kind"], at=timezone.now())
        except repair.AlreadyAsked as error:
            raise Conflict(_("This mailbox is being compared just now.")) from error
        return self.shown(repairs.report(row), 202)


repairing = Repairs.as_view({"get": "retrieve", "post": "begin"})
