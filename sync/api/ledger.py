"""The sync ledger: every message a server listed, and what became of it."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import downloads, fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.ui.rest.resources import Resource
from inbox.api import refs
from inbox.models import LedgerEntry
from inbox.queries import access, blobs
from sync.actions import ledger


class LedgerShape(shapes.Shape):
    id = fields.Id(source="uid")
    mailbox = fields.Id(source="mailbox.uid")
    folder = fields.Id(source="folder.uid")
    folder_name = fields.Text(source="folder.display")
    remote_id = fields.Text(help_text='For IMAP "<uidvalidity>:<uid>".')
    decision = fields.Choice(choices=LedgerEntry.Decision.choices)
    reason = fields.Text(help_text="A key that says why; empty where nothing needs saying.")
    message = fields.Id(source="message.uid", allow_null=True, default=None)
    size = fields.Number(allow_null=True, help_text="In bytes, as the server said.")
    listed_at = fields.Moment()
    decided_at = fields.Moment(allow_null=True)


class LedgerQuery(shapes.PageQuery):
    mailbox = refs.mailbox(required=False, help_text="What the server of this mailbox listed.")
    folder = refs.folder(required=False, help_text="What it listed in this folder.")
    decision = fields.Choice(required=False, choices=LedgerEntry.Decision.choices)


class Ledger(Resource):
    """What the mail servers listed: nothing is left out silently."""

    read_scope = "mail:read"
    write_scope = "mail:write"
    serializer_class = LedgerShape
    list_query = LedgerQuery

    def rows(self) -> QuerySet[LedgerEntry]:
        mine = LedgerEntry.objects.filter(mailbox__in=access.mailboxes(self.member))
        rows: QuerySet[LedgerEntry] = mine.select_related("mailbox", "folder", "message")
        return rows

    @extend_schema(summary="List the ledger")
    def list(self, request: Request) -> Response:
        """Every message a server listed, last listed first, with its decision."""
        rows = self.rows()
        for name in ("mailbox", "folder", "decision"):
            if name in self.asked:
                rows = rows.filter(**{name: self.asked[name]})
        return self.page(rows)

    @extend_schema(summary="Read a line of the ledger")
    def retrieve(self, request: Request, id: str) -> Response:
        """One message as its server listed it, and what became of it."""
        return self.shown(self.get_object())

    @extend_schema(summary="Import a message anyway", request=None, responses={202: LedgerShape})
    @action(detail=True, methods=["post"], url_path="import")
    def import_anyway(self, request: Request, id: str) -> Response:
        """Have a message fetched that was left out or failed; 409 for one that is stored."""
        entry = self.get_object()
        self.read(shapes.Nothing)
        try:
            row = ledger.import_anyway(entry=entry, by=self.member, at=timezone.now())
        except ledger.NothingToImport as error:
            raise Conflict(_("This message is stored already, or on its way.")) from error
        return self.shown(row, 202)

    @extend_schema(
        summary="Download a listed message",
        responses={(200, "message/rfc822"): OpenApiTypes.BINARY},
    )
    @action(detail=True)
    def raw(self, request: Request, id: str) -> HttpResponse:
        """The stored bytes, also of mail that could not be read; 404 where none were fetched."""
        entry = self.get_object()
        blob_id = entry.blob_id or (entry.message and entry.message.blob_id)
        if blob_id is None:
            raise Http404
        return downloads.file(blobs.data(blob_id), "message/rfc822", f"{entry.uid}.eml")
