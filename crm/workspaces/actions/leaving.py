"""What ends when somebody leaves a workspace, and his coming back."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from crm.workspaces import permissions
from crm.workspaces.actions import audit, users
from crm.workspaces.actions.roles import keep_an_owner, locked
from crm.workspaces.models import ApiToken, Membership


def deactivate(*, member: Membership, by: Membership, at: datetime) -> Membership:
    """End a member's access: his tokens here die, and his sessions unless he works elsewhere.

    Raises PermissionDenied and ValidationError as `change_role` does.
    """
    with transaction.atomic("system"):
        member = locked(member)
        if member.role not in permissions.grantable(by):
            raise PermissionDenied("members.change")
        keep_an_owner(member)
        member.is_active = False
        member.save(update_fields=["is_active"])
        living = ApiToken.objects.using("system").filter(member=member, revoked_at=None)
        living.update(revoked_at=at)
        elsewhere = Membership.objects.using("system").filter(user=member.user, is_active=True)
        if not elsewhere.exists():
            users.end_sessions(user=member.user)
        audit.note("member.deactivated", by=by, at=at, about=member.name)
    return member


def reactivate(*, member: Membership, by: Membership, at: datetime) -> Membership:
    """Let a member in again, in his old role; his old tokens stay dead."""
    if member.role not in permissions.grantable(by):
        raise PermissionDenied("members.change")
    with transaction.atomic("system"):
        member.is_active = True
        member.save(update_fields=["is_active"])
        audit.note("member.reactivated", by=by, at=at, about=member.name)
    return member
