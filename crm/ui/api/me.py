"""Who asks: the token's own user."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import tokens
from crm.workspaces.models import Role


class UserShape(shapes.Shape):
    id = fields.Id(source="uid")
    email = fields.Text(help_text="The address the user signs in with.")
    name = fields.Text(source="shown_name")


class WorkspaceShape(shapes.Shape):
    id = fields.Id(source="uid", read_only=True)
    slug = fields.Text(read_only=True, help_text="Its name in the addresses of pages.")
    name = fields.Text(max_length=120, help_text="Its name for people.")


class MeShape(shapes.Shape):
    user = UserShape()
    workspace = WorkspaceShape()
    role = fields.Choice(choices=Role.choices)
    scopes = serializers.ListField(child=fields.Choice(choices=list(tokens.SCOPES)))


class Me(Resource):
    """Whose token this is."""

    read_scope = None
    serializer_class = MeShape

    @extend_schema(summary="Tell whose token this is")
    def retrieve(self, request: Request) -> Response:
        """The user, the workspace, the member's role and the scopes of this token."""
        token = self.token
        return self.shown(
            {
                "user": token.member.user,
                "workspace": token.workspace,
                "role": token.member.role,
                "scopes": token.scopes,
            }
        )
