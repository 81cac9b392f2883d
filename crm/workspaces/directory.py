"""The only door to rows that are looked up before a workspace is open.

Every function takes an exact key. Nothing here lists across workspaces, but what
one user belongs to.
"""

import hashlib
import ipaddress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from crm.workspaces.models import ApiToken, Invitation, Membership, User, UserSession, Workspace
from crm.workspaces.statements import Given, Statement
from crm.workspaces.tenancy import required

# An address that somebody had longer ago may be another's by now
LATELY = timedelta(days=30)


def workspace(workspace_id: int) -> Workspace:
    """The workspace with this id; raises Workspace.DoesNotExist."""
    return Workspace.objects.using("system").get(pk=workspace_id)


def membership(user: User, slug: str) -> Membership | None:
    """The user's active place in the workspace with this slug, or None."""
    found = PLACE.first(user=user.pk, slug=slug)
    if found is not None:
        found.user = user
    return found


def memberships(user: User) -> list[Membership]:
    """Every workspace the user belongs to, by name."""
    return list(_memberships().filter(user=user).order_by("workspace__name"))


def last_used(user: User) -> Membership | None:
    """The user's place where he worked last, or None where he has none."""
    latest = F("last_used_at").desc(nulls_last=True)
    return _memberships().filter(user=user).order_by(latest, "workspace__name").first()


def members(workspace_id: int, *, left: bool = False) -> list[Membership]:
    """The members of one workspace by name, active ones; or those who left."""
    rows = Membership.objects.using("system").filter(workspace_id=workspace_id)
    return list(rows.filter(is_active=not left).select_related("user").order_by("name", "id"))


def colleagues(workspace_id: Any) -> QuerySet[Membership]:
    """The members of one workspace to whom something may be given, by name.

    Neither those who left nor those whose account is blocked.
    """
    rows = Membership.objects.using("system").filter(workspace_id=workspace_id, is_active=True)
    return rows.filter(user__is_active=True).order_by("name", "pk")


def member(workspace_id: int, uid: UUID) -> Membership:
    """One member, active or not; raises Membership.DoesNotExist."""
    rows = Membership.objects.using("system").select_related("user", "workspace")
    return rows.get(workspace_id=workspace_id, uid=uid)


def ended(workspace_id: int) -> set[int]:
    """The ids of the members whose access has ended: they left, or their account is blocked."""
    rows = Membership.objects.using("system").filter(workspace_id=workspace_id)
    over = rows.exclude(is_active=True, user__is_active=True)
    return set(over.values_list("pk", flat=True))


def has_ended(member_id: int) -> bool:
    """Whether one member's access has ended, as `ended` tells it."""
    rows = Membership.objects.using("system").filter(pk=member_id)
    return not rows.filter(is_active=True, user__is_active=True).exists()


class Ended(Exception):
    """Somebody's access has ended, so nothing is given to him; its text says what to do."""

    def __init__(self) -> None:
        super().__init__(_("This member is not active here any more. Choose somebody else."))


def receiver(uid: UUID) -> Membership:
    """A member of the opened workspace to whom something is given.

    Raises Membership.DoesNotExist, and Ended.
    """
    here = Membership.objects.using("default").filter(workspace_id=required())
    found: Membership = here.get(uid=uid)
    if has_ended(found.pk):
        raise Ended
    return found


def standing(member_id: int) -> Membership | None:
    """A member of the opened workspace whose access stands, for addresses that name him."""
    rows = Membership.objects.using("default").filter(pk=member_id, workspace_id=required())
    return None if has_ended(member_id) else rows.first()


def is_from(address: str, workspace_id: int, *, at: datetime) -> bool:
    """Whether somebody of the workspace was signed in at this address of the network lately.

    Addresses that many have, such as that of a proxy of our own, are nobody's.
    """
    try:
        if not ipaddress.ip_address(address).is_global:
            return False
    except ValueError:
        return False
    members = Membership.objects.using("system").filter(workspace_id=workspace_id, is_active=True)
    rows = UserSession.objects.filter(user__in=members.values("user"), address=address)
    return rows.filter(seen_at__gt=at - LATELY).exists()


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
        .filter(workspace__closed_at=None)
        .select_related("workspace", "invited_by")
        .first()
    )


def living_tokens(member: Membership, at: datetime) -> QuerySet[ApiToken]:
    """The member's own tokens that still open something."""
    living = Q(expires_at=None) | Q(expires_at__gt=at)
    return ApiToken.objects.using("system").filter(
        living, workspace_id=member.workspace_id, member=member, revoked_at=None
    )


def invitations(workspace_id: int) -> list[Invitation]:
    """What one workspace offers and nobody has taken, newest first, over or not."""
    rows = Invitation.objects.using("system").filter(workspace_id=workspace_id, accepted_at=None)
    return list(rows.select_related("invited_by").order_by("-created_at"))


def offer(workspace_id: int, uid: UUID) -> Invitation:
    """One invitation nobody has taken; raises Invitation.DoesNotExist."""
    rows = Invitation.objects.using("system").filter(accepted_at=None)
    return rows.select_related("workspace").get(workspace_id=workspace_id, uid=uid)


def tokens(workspace_id: int, member: Membership | None = None) -> list[ApiToken]:
    """The living tokens of one workspace, or of one member of it, newest first."""
    rows = ApiToken.objects.using("system").filter(workspace_id=workspace_id, revoked_at=None)
    if member is not None:
        rows = rows.filter(member=member)
    return list(rows.select_related("member").order_by("-created_at"))


def one_token(workspace_id: int, uid: UUID) -> ApiToken:
    """One token of a workspace; raises ApiToken.DoesNotExist."""
    rows = ApiToken.objects.using("system").select_related("member")
    return rows.get(workspace_id=workspace_id, uid=uid)


def digest(secret: str) -> bytes:
    """What is kept of a random secret (32 bytes); 256 random bits need no salt."""
    return hashlib.sha256(secret.encode()).digest()


def _place() -> QuerySet[Membership]:
    rows = _memberships().filter(user_id=Given("user"), workspace__slug=Given("slug"))
    # Whoever asks has the user already
    return rows.select_related(None).select_related("workspace").order_by("pk")[:1]


def _memberships() -> QuerySet[Membership]:
    return (
        Membership.objects.using("system")
        .filter(is_active=True, user__is_active=True)
        .select_related("workspace", "user")
    )


# Asked for every page
PLACE = Statement(_place)
