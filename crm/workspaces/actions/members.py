"""Who belongs to a workspace, as what, and what ends when somebody leaves."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.workspaces import permissions
from crm.workspaces.actions import audit, users
from crm.workspaces.models import ApiToken, Membership, Role, User, Workspace


def add_member(*, workspace: Workspace, user: User, role: str, at: datetime) -> Membership:
    """A user's place in a workspace; taking it again brings it back to life."""
    member, _created = Membership.objects.using("system").update_or_create(
        workspace=workspace,
        user=user,
        defaults={
            "role": role,
            "is_active": True,
            "name": user.shown_name,
            "email": user.email,
        },
        create_defaults={
            "role": role,
            "name": user.shown_name,
            "email": user.email,
            "created_at": at,
        },
    )
    return member


def change_role(*, member: Membership, role: str, by: Membership, at: datetime) -> Membership:
    """Give a member another role.

    Raises PermissionDenied where `by` may not give or take that role, ValidationError where
    the workspace would be left without an owner.
    """
    with transaction.atomic("system"):
        member = _locked(member)
        for touched in (member.role, role):
            if touched not in permissions.grantable(by):
                raise PermissionDenied("members.change")
        if role != Role.OWNER:
            _keep_an_owner(member)
        before, member.role = member.role, role
        member.save(update_fields=["role"])
        words = {"from": before, "to": role}
        audit.note("member.role_changed", by=by, at=at, about=member.name, data=words)
    return member


def deactivate(*, member: Membership, by: Membership, at: datetime) -> Membership:
    """End a member's access: his tokens here die, and his sessions unless he works elsewhere.

    Raises PermissionDenied and ValidationError as `change_role` does.
    """
    with transaction.atomic("system"):
        member = _locked(member)
        if member.role not in permissions.grantable(by):
            raise PermissionDenied("members.change")
        _keep_an_owner(member)
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


def note_use(*, member: Membership, at: datetime) -> None:
    """Remember when a member last worked here."""
    Membership.objects.using("system").filter(pk=member.pk).update(last_used_at=at)


def _locked(member: Membership) -> Membership:
    """The member as he stands now, locked together with every owner, so that one stays."""
    rows = Membership.objects.using("system").filter(workspace_id=member.workspace_id)
    list(rows.filter(role=Role.OWNER).order_by("pk").select_for_update())
    return rows.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)


def _keep_an_owner(member: Membership) -> None:
    owners = Membership.objects.using("system").filter(
        workspace_id=member.workspace_id, role=Role.OWNER, is_active=True
    )
    if member.role == Role.OWNER and not owners.exclude(pk=member.pk).exists():
        raise ValidationError(
            _("A workspace needs an owner. Make somebody else an owner first."), code="last_owner"
        )
