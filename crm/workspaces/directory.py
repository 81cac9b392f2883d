"""The only door to rows that are looked up before a workspace is open.

Every function takes an exact key. Nothing here lists across workspaces, but what
one user belongs to.
"""

import hashlib
from datetime import datetime

from django.db.models import Q, QuerySet

from crm.workspaces.models import ApiToken, Invitation, Membership, User, Workspace


def workspace(workspace_id: int) -> Workspace:
    """The workspace with this id; raises Workspace.DoesNotExist."""
    return Workspace.objects.using("system").get(pk=workspace_id)


def membership(user: User, slug: str) -> Membership | None:
    """The user's active place in the workspace with this slug, or None."""
    return _memberships().filter(user=user, workspace__slug=slug).first()


def memberships(user: User) -> list[Membership]:
    """Every workspace the user belongs to, by name."""
    return list(_memberships().filter(user=user).order_by("workspace__name"))


def member_of(user: User, workspace_id: int) -> Membership | None:
    """The user's active place in one workspace, or None."""
    return _memberships().filter(user=user, workspace_id=workspace_id).first()


def token(secret: str, at: datetime) -> ApiToken | None:
    """The living token behind a secret, with its member and workspace, or None."""
    living = Q(expires_at=None) | Q(expires_at__gt=at)
    return (
        ApiToken.objects.using("system")
        .filter(living, token_hash=digest(secret), revoked_at=None)
        .filter(member__is_active=True, member__user__is_active=True)
        .select_related("member__user", "workspace")
        .first()
    )


def invitation(secret: str, at: datetime) -> Invitation | None:
    """The open invitation behind a secret, or None once it is taken or over."""
    return (
        Invitation.objects.using("system")
        .filter(token_hash=digest(secret), accepted_at=None, expires_at__gt=at)
        .select_related("workspace", "invited_by")
        .first()
    )


def living_tokens(member: Membership, at: datetime) -> QuerySet[ApiToken]:
    """The member's own tokens that still open something."""
    living = Q(expires_at=None) | Q(expires_at__gt=at)
    return ApiToken.objects.using("system").filter(
        living, workspace_id=member.workspace_id, member=member, revoked_at=None
    )


def digest(secret: str) -> bytes:
    """What is kept of a random secret (32 bytes); 256 random bits need no salt."""
    return hashlib.sha256(secret.encode()).digest()


def _memberships() -> QuerySet[Membership]:
    return (
        Membership.objects.using("system")
        .filter(is_active=True, user__is_active=True)
        .select_related("workspace", "user")
    )
