"""As what a member belongs to a workspace."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.workspaces import permissions
from crm.workspaces.actions import audit
from crm.workspaces.models import Membership, Role


def change_role(*, member: Membership, role: str, by: Membership, at: datetime) -> Membership:
    """Give a member another role.

    Raises PermissionDenied where `by` may not give or take that role, ValidationError where
    the workspace would be left without an owner.
    """
    with transaction.atomic("system"):
        member = locked(member)
        for touched in (member.role, role):
            if touched not in permissions.grantable(by):
                raise PermissionDenied("members.change")
        if role != Role.OWNER:
            keep_an_owner(member)
        before, member.role = member.role, role
        member.save(update_fields=["role"])
        words = {"from": before, "to": role}
        audit.note("member.role_changed", by=by, at=at, about=member.name, data=words)
    return member


def locked(member: Membership) -> Membership:
    """The member as he stands now, locked together with every owner, so that one stays."""
    rows = Membership.objects.using("system").filter(workspace_id=member.workspace_id)
    list(rows.filter(role=Role.OWNER).order_by("pk").select_for_update())
    return rows.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)


def keep_an_owner(member: Membership) -> None:
    """Raises ValidationError where this member is the last owner."""
    owners = Membership.objects.using("system").filter(
        workspace_id=member.workspace_id, role=Role.OWNER, is_active=True
    )
    if member.role == Role.OWNER and not owners.exclude(pk=member.pk).exists():
        raise ValidationError(
            _("A workspace needs an owner. Make somebody else an owner first."), code="last_owner"
        )
