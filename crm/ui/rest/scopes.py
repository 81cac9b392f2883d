"""What a token may do: every operation names the scope it takes."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from crm.workspaces import policy

READING = ("GET", "HEAD", "OPTIONS")


def needed(view: Any, method: str) -> str | None:
    """The scope for this operation; None where any token will do."""
    scope: str | None = view.read_scope if method in READING else view.write_scope
    return scope


class HasScope(BasePermission):
    """A token without the scope is told which one it lacks (403), and nothing is done."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token: Any = request.auth
        if token is None:
            return False
        if token.workspace.closed_at is not None:
            raise PermissionDenied(_("This workspace is closed."), code="workspace_closed")
        if policy.lacks_second_step(token.member, timezone.now()):
            raise PermissionDenied(
                _(
                    "This workspace asks its members for a second step, and the member of this"
                    " token has not set one up."
                ),
                code="second_step_required",
            )
        scope = needed(view, request.method or "")
        if scope is not None and scope not in token.scopes:
            raise PermissionDenied(_("This token lacks the scope %(scope)s.") % {"scope": scope})
        return True
