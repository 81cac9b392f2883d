"""Folders as the mail servers name them."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from inbox.api import refs
from inbox.models import Folder, LedgerEntry


class FolderShape(shapes.Shape):
    id = fields.Id(source="uid")
    mailbox = fields.Id(source="mailbox.uid")
    name = fields.Text(source="display", help_text="Its name, with the folders above it.")
    role = fields.Choice(choices=Folder.Role.choices)
    uidvalidity = fields.Number(
        source="generation", help_text="UIDVALIDITY (RFC 3501, 2.3.1.1); 0 where there is none."
    )
    synced = fields.Flag(source="is_synced", help_text="Whether its mail is read.")
    total = fields.Number(help_text="How many messages the server counts in it.")
    unread = fields.Number(
        source="unseen", help_text="How many of those that were listed are unread there."
    )


class FolderQuery(shapes.PageQuery):
    mailbox = refs.mailbox(required=False, help_text="Folders of this mailbox only.")


class Folders(Resource):
    """The folders of the mailboxes one works in."""

    read_scope = "mail:read"
    serializer_class = FolderShape
    list_query = FolderQuery
    ordering = ("id",)

    def rows(self) -> QuerySet[Folder]:
        there = LedgerEntry.objects.filter(folder=OuterRef("pk"), missing_since=None)
        unseen = there.exclude(flags__contains=["\\Seen"]).order_by().values("folder")
        counted = Coalesce(Subquery(unseen.annotate(count=Count("pk")).values("count")), 0)
        return refs.folders(self.member).select_related("mailbox").annotate(unseen=counted)

    @extend_schema(summary="List folders")
    def list(self, request: Request) -> Response:
        """The folders of one mailbox, or of all the member works in."""
        rows = self.rows()
        if "mailbox" in self.asked:
            rows = rows.filter(mailbox=self.asked["mailbox"])
        return self.page(rows)

    @extend_schema(summary="Read a folder")
    def retrieve(self, request: Request, id: str) -> Response:
        """One folder with its counts."""
        return self.shown(self.get_object())
