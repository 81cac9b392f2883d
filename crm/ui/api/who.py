"""Who asks and where: the token's own user, its workspace, the members and their tokens.

Here and not beside their rows, because what every resource shares stands above them.
"""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import counted, fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import actions, directory, permissions, queries, tenancy, tokens, trail
from crm.workspaces.forms.domains import MOST, is_domain
from crm.workspaces.models import ApiToken, AuditEntry, Membership, Role, Workspace


class UserShape(shapes.Shape):
    id = fields.Id(source="uid")
    email = fields.Text(help_text="The address the user signs in with.")
    name = fields.Text(source="shown_name")


class WorkspaceShape(shapes.Shape):
    id = fields.Id(source="uid", read_only=True)
    slug = fields.Text(read_only=True, help_text="Its name in the addresses of pages.")
    name = fields.Text(max_length=120, help_text="Its name for people.")


class OwnWorkspaceShape(WorkspaceShape):
    own_domains = counted.Few(
        child=fields.Text(max_length=253, validators=[is_domain]),
        allow_null=True,
        max_length=MOST,
        help_text="Mail among these is internal and is linked to no customer; null: the domains "
        "of the mailboxes.",
    )


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
    serializer_class = OwnWorkspaceShape

    @property
    def workspace(self) -> Workspace:
        return self.token.workspace

    @extend_schema(summary="Read the workspace")
    def retrieve(self, request: Request) -> Response:
        """The workspace: its names and its id."""
        return self.shown(self.workspace)

    @extend_schema(summary="Rename the workspace")
    def partial_update(self, request: Request) -> Response:
        """Another name, or other domains of its own; its addresses stay. For owners and admins."""
        permissions.require(self.member, "workspace.change")
        asked = self.read(OwnWorkspaceShape, partial=True)
        row: Workspace = self.workspace
        told: dict[str, Any] = {"by": self.member, "at": timezone.now()}
        if "name" in asked:
            row = actions.rename_workspace(workspace=row, name=asked["name"], **told)
        if "own_domains" in asked:
            named = asked["own_domains"]
            known = None if named is None else sorted({each.lower() for each in named})
            row = actions.change_own_domains(workspace=row, domains=known, **told)
        return self.shown(row)


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
        actions.revoke_token(token=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)
