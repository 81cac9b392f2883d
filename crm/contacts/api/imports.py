"""Files that become records, for programs: bring one, say what it means, try, run, take back."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from crm.contacts import actions, queries, tasks
from crm.contacts.importing import sayings
from crm.contacts.importing.importers import IMPORTERS
from crm.contacts.models import Import, ImportRow
from crm.contacts.tables.reading import LARGEST
from crm.fields import phones
from crm.fields.api.of_kind import KINDS
from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions

EXAMPLE = OpenApiExample(
    "What two columns mean",
    request_only=True,
    value={"mapping": ["name", "emails"], "policy": "update"},
)


class ImportShape(shapes.Shape):
    id = fields.Id(source="uid")
    filename = fields.Text()
    kind = fields.Text(help_text="What it is about, as `person`; empty while nobody knows.")
    state = fields.Choice(choices=Import.State.choices)
    policy = fields.Choice(
        choices=Import.Policy.choices, help_text="What becomes of a row whose record is here."
    )
    day_order = fields.Choice(choices=["dmy", "mdy"], help_text="How days are written.")
    heading = serializers.ListField(child=fields.Text(), help_text="The columns of the file.")
    mapping = serializers.SerializerMethodField(
        help_text="What each column becomes: the name of a field, or an empty text."
    )
    total = fields.Number(help_text="Rows of the file.")
    done = fields.Number(help_text="Rows that are worked through.")
    counts = serializers.JSONField(
        help_text="Rows by what came, or in a trial would come, of them."
    )
    trouble = fields.Text(
        help_text="Why a file cannot be read, as a word; empty if it can. `counts.line` says where,"
        " if that is known."
    )
    created_at = fields.Moment(source="asked_at")
    finished_at = fields.Moment(allow_null=True)

    def get_mapping(self, row: Import) -> list[str]:
        return [each.get("to", "") for each in row.mapping]


class NewImportShape(shapes.Shape):
    file = serializers.FileField(
        max_length=500, help_text="CSV, XLSX or vCard, at most 30 MB and 200,000 rows."
    )
    kind = fields.Choice(
        choices=KINDS, required=False, help_text="What is in it; guessed where it is left out."
    )


class ChangedImportShape(shapes.Shape):
    kind = fields.Choice(choices=KINDS, required=False, help_text="Has the columns guessed anew.")
    mapping = counted.Few(
        child=fields.Text(allow_blank=True, max_length=48),
        required=False,
        max_length=300,
        help_text="What each column becomes, in their order; empty texts are left out.",
    )
    policy = fields.Choice(choices=Import.Policy.choices, required=False)
    day_order = fields.Choice(choices=["dmy", "mdy"], required=False)


class RowQuery(shapes.PageQuery):
    state = fields.Choice(
        choices=ImportRow.State.choices, required=False, help_text="Rows that ended like that."
    )


class ImportRowShape(shapes.Shape):
    number = fields.Number(help_text="The row of the file; the heading is the first.")
    state = fields.Choice(choices=ImportRow.State.choices)
    forecast = fields.Text(help_text="What a trial says will come of it; empty before one.")
    said = serializers.SerializerMethodField(help_text="What is to be said of it, in sentences.")
    cells = serializers.ListField(child=fields.Text(allow_blank=True))

    def get_said(self, row: ImportRow) -> list[str]:
        return sayings.sentences(row.said)


class Files(Resource):
    """Files on their way to becoming records; those of the member, and all for admins."""

    read_scope = "people:read"
    write_scope = "people:write"
    serializer_class = ImportShape
    ordering = ("-id",)

    def rows(self) -> QuerySet[Import]:
        if not permissions.may(self.member, "records.import"):
            return Import.objects.none()
        return queries.imports(self.member).order_by()

    def rung(self, batch: Import, code: int) -> Response:
        """Answer with an import, which is taken up as soon as this is committed."""
        here, pk = batch.workspace_id, batch.pk
        if batch.is_busy:
            transaction.on_commit(lambda: tasks.ring(workspace_id=here, import_id=pk))
        return self.shown(batch, code)


class Imports(Files):
    """All of them, and new ones."""

    parser_classes = [MultiPartParser]
    largest_body = LARGEST + 100_000

    @extend_schema(summary="List imports")
    def list(self, request: Request) -> Response:
        """The imports one may see, newest first."""
        permissions.require(self.member, "records.import")
        return self.page(self.rows())

    @extend_schema(
        summary="Bring a file",
        request={"multipart/form-data": NewImportShape},
        responses={201: ImportShape},
    )
    def create(self, request: Request) -> Response:
        """Send up a file to be read. Ask for the import until its `state` is `mapping`."""
        permissions.require(self.member, "records.import")
        asked = self.read(NewImportShape)
        batch = actions.begin_import(
            data=asked["file"].read(),
            filename=asked["file"].name,
            kind=asked.get("kind", ""),
            region=phones.region_of(self.member.user.time_zone),
            by=self.member,
            at=timezone.now(),
        )
        return self.rung(batch, 201)


class OneImport(Files):
    """One of them, and what is done with it."""

    @extend_schema(summary="Read an import")
    def retrieve(self, request: Request, id: str) -> Response:
        """How far an import is, and what came of its rows."""
        return self.shown(self.get_object())

    @extend_schema(
        summary="Say what a file means",
        request=ChangedImportShape,
        responses=ImportShape,
        examples=[EXAMPLE],
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """What is in it, what its columns become, and what becomes of duplicates."""
        batch, asked = self.get_object(), self.read(ChangedImportShape)
        if "mapping" in asked:
            asked["mapping"] = [{"to": name} for name in asked["mapping"]]
        return self._do(lambda: actions.settle_import(batch=batch, **asked), 200)

    @extend_schema(summary="Try an import", request=None, responses={202: ImportShape})
    def trial(self, request: Request, id: str) -> Response:
        """Read and compare everything, and write nothing; see `counts.check` and the rows."""
        self.read(shapes.Nothing)
        batch = self.get_object()
        return self._do(lambda: actions.check_import(batch=batch, at=timezone.now()))

    @extend_schema(summary="Run an import", request=None, responses={202: ImportShape})
    def run(self, request: Request, id: str) -> Response:
        """Begin, or go on where it was stopped or `failed`; no row is ever imported twice.

        What failed while it was read or tried is read or tried once more.
        """
        self.read(shapes.Nothing)
        batch = self.get_object()
        self._require(batch, "change")
        return self._do(
            lambda: actions.start_import(batch=batch, by=self.member, at=timezone.now())
        )

    @extend_schema(summary="Stop an import", request=None, responses={202: ImportShape})
    def stop(self, request: Request, id: str) -> Response:
        """Stop after the rows that are being written; what is imported stays."""
        self.read(shapes.Nothing)
        batch = self.get_object()
        return self._do(lambda: actions.stop_import(batch=batch, at=timezone.now()))

    @extend_schema(summary="Take an import back", request=None, responses={202: ImportShape})
    def undo(self, request: Request, id: str) -> Response:
        """Put what it made into the trash and make what it changed as it was."""
        self.read(shapes.Nothing)
        batch = self.get_object()
        self._require(batch, "delete")
        return self._do(lambda: actions.undo_import(batch=batch, by=self.member, at=timezone.now()))

    def _require(self, batch: Import, what: str) -> None:
        if batch.kind in IMPORTERS:
            permissions.require(self.member, f"{IMPORTERS[batch.kind].model.MANY}.{what}")

    def _do(self, act: Callable[[], Import], code: int = 202) -> Response:
        try:
            return self.rung(act(), code)
        except actions.NotNow as error:
            raise Conflict from error


class ImportRows(Resource):
    """The rows of one import."""

    read_scope = "people:read"
    serializer_class = ImportRowShape
    list_query = RowQuery
    ordering = ("number",)

    @extend_schema(summary="List the rows of an import")
    def list(self, request: Request, id: str) -> Response:
        """What came of each row, in the order of the file."""
        uid = fields.as_uid(id)
        mine = queries.imports(self.member).filter(uid=uid) if uid else Import.objects.none()
        batch = mine.first() if permissions.may(self.member, "records.import") else None
        if batch is None:
            raise Http404
        rows = ImportRow.objects.filter(batch=batch)
        if self.asked.get("state"):
            rows = rows.filter(state=self.asked["state"])
        return self.page(rows)


collection = Imports.as_view({"get": "list", "post": "create"})
single = OneImport.as_view({"get": "retrieve", "patch": "partial_update"})
trial = OneImport.as_view({"post": "trial"})
run = OneImport.as_view({"post": "run"})
stop = OneImport.as_view({"post": "stop"})
undo = OneImport.as_view({"post": "undo"})
rows = ImportRows.as_view({"get": "list"})
