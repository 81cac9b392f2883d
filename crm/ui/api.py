"""Who asks and where: the token's own user, its workspace, the members and their tokens.

Here and not beside their rows, because what every resource shares stands above them.
"""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import actions, directory, permissions, tenancy, tokens
from crm.workspaces.models import ApiToken, Membership, Role, Workspace


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


class MemberShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    email = fields.Text()
    role = fields.Choice(choices=Role.choices)
    is_active = fields.Flag(help_text="Whether the member can sign in here.")


class TokenShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    scopes = serializers.ListField(child=fields.Choice(choices=list(tokens.SCOPES)))
    created_at = fields.Moment()
    expires_at = fields.Moment(allow_null=True)
    last_used_at = fields.Moment(allow_null=True)


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


class WorkspaceResource(Resource):
    """The workspace of the token."""

    read_scope = "workspace:read"
    write_scope = "workspace:write"
    serializer_class = WorkspaceShape

    @property
    def workspace(self) -> Workspace:
        return self.token.workspace

    @extend_schema(summary="Read the workspace")
    def retrieve(self, request: Request) -> Response:
        """The workspace: its names and its id."""
        return self.shown(self.workspace)

    @extend_schema(summary="Rename the workspace")
    def partial_update(self, request: Request) -> Response:
        """Give the workspace another name; its addresses stay. For owners and admins."""
        permissions.require(self.member, "workspace.change")
        asked = self.read(WorkspaceShape, partial=True)
        name = asked.get("name", self.workspace.name)
        return self.shown(actions.rename_workspace(workspace=self.workspace, name=name))


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


class Tokens(Resource):
    """The member's own living tokens; new ones are made by people, on the page for it."""

    read_scope = "workspace:read"
    write_scope = "workspace:write"
    serializer_class = TokenShape

    def rows(self) -> QuerySet[ApiToken]:
        return directory.living_tokens(self.member, timezone.now())

    @extend_schema(summary="List one's own tokens")
    def list(self, request: Request) -> Response:
        """The living tokens of the member who asks, newest first; never their secrets."""
        return self.page(self.rows())

    @extend_schema(summary="Read one of one's own tokens")
    def retrieve(self, request: Request, id: str) -> Response:
        """One token: its name, its scopes and when it was used last."""
        return self.shown(self.get_object())

    @extend_schema(summary="Revoke a token", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """End a token at once, this very one included."""
        actions.revoke_token(token=self.get_object(), at=timezone.now())
        return Response(status=204)
