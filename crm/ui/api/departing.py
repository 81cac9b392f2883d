"""Taking everything along, and the end of a workspace, for programs of an owner."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError as Refused
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from crm.workspaces import actions, permissions, queries, streaming, tasks
from crm.workspaces.models import Export

EXAMPLE = OpenApiExample("End the workspace Acme", request_only=True, value={"name": "Acme"})


class ExportShape(shapes.Shape):
    id = fields.Id(source="uid")
    state = fields.Choice(choices=Export.State.choices)
    created_at = fields.Moment(source="asked_at")
    expires_at = fields.Moment(allow_null=True, help_text="Until when it can be downloaded.")
    done = fields.Number(help_text="Rows and files that are in it so far.")
    total = fields.Number(help_text="Rows and files there will be.")
    size = fields.Number(help_text="In bytes, once it is ready.")


class ClosingShape(shapes.Shape):
    """The name of the workspace says that it is meant."""

    name = fields.Text(max_length=120)


class ClosedShape(shapes.Shape):
    closed_at = fields.Moment()
    erase_after = fields.Moment(help_text="Until then an owner can restore it, on its page.")


class Exports(Resource):
    """Everything a workspace keeps as one archive; for owners."""

    read_scope = "workspace:read"
    write_scope = "workspace:write"
    serializer_class = ExportShape

    def rows(self) -> QuerySet[Export]:
        rows: QuerySet[Export] = Export.objects.all()
        return rows if permissions.may(self.member, "workspace.end") else rows.none()

    @extend_schema(summary="List exports")
    def list(self, request: Request) -> Response:
        """The exports of the last days, newest first."""
        permissions.require(self.member, "workspace.end")
        return self.page(self.rows())

    @extend_schema(summary="Ask for an export", request=None, responses={201: ExportShape})
    def create(self, request: Request) -> Response:
        """Have one made; 409 while another one is under way."""
        permissions.require(self.member, "workspace.end")
        self.read(shapes.Nothing)
        try:
            row = actions.ask_export(by=self.member, at=timezone.now())
        except ValidationError as error:
            raise Conflict(" ".join(error.messages)) from error
        here, asked = row.workspace_id, row.pk
        transaction.on_commit(lambda: tasks.ring_export(workspace_id=here, export_id=asked))
        return self.shown(row, 201)

    @extend_schema(summary="Read an export")
    def retrieve(self, request: Request, id: str) -> Response:
        """How far it is."""
        return self.shown(self.get_object())


class ExportFile(Exports):
    """The bytes of an export."""

    @extend_schema(
        summary="Download an export", responses={(200, "application/zip"): OpenApiTypes.BINARY}
    )
    def retrieve(self, request: Request, id: str) -> Any:
        """The archive, once it is ready."""
        row = self.get_object()
        now = timezone.now()
        if row.state != Export.State.READY or row.expires_at is None or row.expires_at <= now:
            raise Http404
        actions.note_download(export=row, by=self.member, at=now)
        answer = StreamingHttpResponse(
            streaming.beside(queries.export_pieces(row)), content_type="application/zip"
        )
        answer["Content-Length"] = str(row.size)
        answer["Content-Disposition"] = 'attachment; filename="export.zip"'
        return answer


class Closing(Resource):
    """The end of the workspace; for owners."""

    read_scope = None
    write_scope = "workspace:write"
    serializer_class = ClosedShape

    @extend_schema(
        summary="End the workspace",
        request=ClosingShape,
        responses={200: ClosedShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """Close it to everybody, this token too. After fourteen days everything is deleted."""
        permissions.require(self.member, "workspace.end")
        workspace = self.token.workspace
        if self.read(ClosingShape)["name"] != workspace.name:
            text = _("This is not the name of the workspace.")
            raise Refused({"name": [text]}, code="name")
        row = actions.close_workspace(workspace=workspace, by=self.member, at=timezone.now())
        return self.shown(row)
