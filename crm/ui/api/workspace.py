"""The workspace of a token, for programs."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.api.me import WorkspaceShape
from crm.ui.rest import counted, fields
from crm.ui.rest.resources import Resource
from crm.workspaces import actions, permissions
from crm.workspaces.forms.domains import MOST, is_domain
from crm.workspaces.models import Workspace


class OwnWorkspaceShape(WorkspaceShape):
    own_domains = counted.Few(
        child=fields.Text(max_length=253, validators=[is_domain]),
        allow_null=True,
        max_length=MOST,
        help_text="Mail among these is internal and is linked to no customer; null: the domains "
        "of the mailboxes.",
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
