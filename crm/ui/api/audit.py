"""The audit log, for programs."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions, queries, tenancy, trail
from crm.workspaces.models import AuditEntry, Membership


class AuditShape(shapes.Shape):
    id = fields.Id(source="uid")
    number = fields.Number(help_text="Entries of a workspace are numbered without a gap.")
    at = fields.Moment()
    verb = fields.Text(help_text="What happened: `member.role_changed`.")
    kind = fields.Choice(choices=AuditEntry.Kind.choices, help_text="Who acted.")
    member = fields.Id(source="by.uid", allow_null=True, default=None)
    who = fields.Text(help_text="What they were called then.")
    about = fields.Text(help_text="What it was done to.")
    data = serializers.JSONField(help_text="What else there is to say, by the verb.")  # type: ignore[assignment]  # a field, not what was sent
    address = fields.Text(help_text="Where the request came from.")
    hash = fields.Text(source="link", help_text="The link to the entry before, SHA-256.")


class AuditQuery(shapes.PageQuery):
    what = fields.Choice(
        choices=[*trail.GROUPS, *trail.VERBS],
        required=False,
        help_text="A verb, or the part before its dot.",
    )
    member = fields.Ref(
        lambda asking: Membership.objects.using("default").filter(workspace_id=tenancy.required()),
        required=False,
        help_text="The id of the member who acted.",
    )
    since = fields.Moment(required=False, help_text="From this time on.")
    until = fields.Moment(required=False, help_text="Before this time.")


class AuditLog(Resource):
    """Who did what that bears on who may do and see what; for owners and admins."""

    read_scope = "workspace:read"
    serializer_class = AuditShape
    list_query = AuditQuery

    def rows(self) -> QuerySet[AuditEntry]:
        rows = queries.audit(queries.AuditFilters()).order_by()
        return rows if permissions.may(self.member, "audit.see") else rows.none()

    @extend_schema(summary="List the audit log")
    def list(self, request: Request) -> Response:
        """The entries, newest first. For owners and admins."""
        permissions.require(self.member, "audit.see")
        member = self.asked.get("member")
        filters = queries.AuditFilters(
            what=self.asked.get("what", ""),
            member=member.uid if member else None,
            since=self.asked.get("since"),
            until=self.asked.get("until"),
        )
        return self.page(queries.audit(filters))

    @extend_schema(summary="Read an entry of the audit log")
    def retrieve(self, request: Request, id: str) -> Response:
        """One entry, with its link in the chain."""
        return self.shown(self.get_object())
