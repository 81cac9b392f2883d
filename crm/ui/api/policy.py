"""What a workspace asks of its members, for programs."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.ui.rest.resources import Resource
from crm.workspaces import actions, directory, permissions
from crm.workspaces.models import Workspace

EXAMPLE = OpenApiExample(
    "A second step from December on",
    request_only=True,
    value={"second_step_from": "2026-12-01T00:00:00Z", "session_hours": 12},
)


class PolicyShape(shapes.Shape):
    second_step_from = fields.Moment(
        required=False,
        allow_null=True,
        help_text="From when on nobody gets further without a second step; null: never.",
    )
    session_hours = fields.Number(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=336,
        help_text="After how many hours sessions end; null: after two weeks without use.",
    )
    mailbox_kinds = fields.Choice(
        required=False,
        choices=Workspace.MailboxKinds.choices,
        help_text="Which mailboxes may be connected; those that are stay.",
    )


class Policy(Resource):
    """The security rules of the workspace; for owners and admins."""

    read_scope = "workspace:read"
    write_scope = "workspace:write"
    serializer_class = PolicyShape

    @extend_schema(summary="Read the security rules")
    def retrieve(self, request: Request) -> Response:
        """Second step, length of sessions, kinds of mailboxes."""
        permissions.require(self.member, "policy.change")
        return self.shown(directory.workspace(self.token.workspace.pk))

    @extend_schema(summary="Change the security rules", request=PolicyShape, examples=[EXAMPLE])
    def partial_update(self, request: Request) -> Response:
        """Change some of the rules; the audit log says which, and what they were."""
        permissions.require(self.member, "policy.change")
        row = directory.workspace(self.token.workspace.pk)
        asked = self.read(PolicyShape, partial=True)
        names = ("second_step_from", "session_hours", "mailbox_kinds")
        wanted = {name: asked.get(name, getattr(row, name)) for name in names}
        changed = actions.change_policy(workspace=row, **wanted, by=self.member, at=timezone.now())
        return self.shown(changed)
