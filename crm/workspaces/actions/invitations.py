"""Offering a place in a workspace to one address."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.workspaces import directory, permissions
from crm.workspaces.actions import audit
from crm.workspaces.models import Invitation, Membership

LIFETIME = timedelta(days=7)


def invite(*, email: str, role: str, by: Membership, at: datetime) -> tuple[Invitation, str]:
    """An invitation and its secret, which is known this once; an older one to the address dies.

    Raises ValidationError where the address belongs to a member already, PermissionDenied
    where `by` may not give that role.
    """
    email = email.strip().lower()
    if role not in permissions.grantable(by):
        raise PermissionDenied("members.change")
    here = Membership.objects.using("system").filter(workspace_id=by.workspace_id, is_active=True)
    if here.filter(email__iexact=email).exists():
        raise ValidationError(_("%(email)s is a member already.") % {"email": email})
    secret = _new_secret()
    with transaction.atomic("system"):
        invitation, _created = Invitation.objects.using("system").update_or_create(
            workspace_id=by.workspace_id,
            email=email,
            defaults={
                "role": role,
                "invited_by": by,
                "token_hash": directory.digest(secret),
                "created_at": at,
                "expires_at": at + LIFETIME,
                "accepted_at": None,
            },
        )
        audit.note("invitation.sent", by=by, at=at, about=email, data={"role": role})
    return invitation, secret


def renew(*, invitation: Invitation, by: Membership, at: datetime) -> tuple[Invitation, str]:
    """The same offer with a new secret and seven new days; the old link is dead."""
    return invite(email=invitation.email, role=invitation.role, by=by, at=at)


def revoke(*, invitation: Invitation, by: Membership, at: datetime) -> None:
    """Take the offer back."""
    with transaction.atomic("system"):
        invitation.delete()
        audit.note("invitation.revoked", by=by, at=at, about=invitation.email)


def _new_secret() -> str:
    return secrets.token_urlsafe(32)
