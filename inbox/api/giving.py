"""Giving threads of a team's mailbox to those who work there, for programs."""

from typing import Any

from django.core.exceptions import PermissionDenied as Refused
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from crm.ui.rest import fields, shapes
from crm.workspaces import tenancy
from crm.workspaces.models import Membership
from inbox.actions import assigning
from inbox.api import joining

SOMEBODY = OpenApiExample(
    "To a member", {"member": "01941f29-7c00-7a3c-9b1e-0f5d8c2b6a47"}, request_only=True
)
NOBODY = OpenApiExample("To nobody", {"member": None}, request_only=True)


def colleagues(_member: Membership) -> Any:
    """The active members of the workspace."""
    here = Membership.objects.using("default").filter(workspace_id=tenancy.required())
    return here.filter(is_active=True)


class GivingShape(shapes.Shape):
    member = fields.Colleague(
        allow_null=True, help_text="Who works in the mailbox; null for nobody."
    )


class Giving(joining.Joining):
    """Whose a thread is."""

    @extend_schema(summary="Assign a thread", request=GivingShape, examples=[SOMEBODY, NOBODY])
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, id: str) -> Response:
        """Give it to one of those who work in its team mailbox; a colleague is told.

        403 where it lies in no team mailbox that both work in.
        """
        found, asked = self._find(id), self.read(GivingShape)
        try:
            assigning.assign(
                threads=[found.thread], to=asked["member"], by=self.member, at=timezone.now()
            )
        except Refused as error:
            text = _("It is in no mailbox of a team in which both of you work.")
            raise PermissionDenied(text) from error
        return self.retrieve(request, id)
