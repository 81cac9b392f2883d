"""The members of a workspace, for programs."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import tenancy
from crm.workspaces.models import Membership, Role


class MemberShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    email = fields.Text()
    role = fields.Choice(choices=Role.choices)
    is_active = fields.Flag(help_text="Whether the member can sign in here.")


class Members(Resource):
    """The people of the workspace."""

    read_scope = "workspace:read"
    serializer_class = MemberShape
    ordering = ("id",)

    def rows(self) -> QuerySet[Membership]:
        # On the walled role, which sees the members of the opened workspace only
        return Membership.objects.using("default").filter(workspace_id=tenancy.required())

    @extend_schema(summary="List the members")
    def list(self, request: Request) -> Response:
        """Everybody who works or worked in this workspace, in the order they came."""
        return self.page(self.rows())

    @extend_schema(summary="Read a member")
    def retrieve(self, request: Request, id: str) -> Response:
        """One member: name, address and role."""
        return self.shown(self.get_object())
