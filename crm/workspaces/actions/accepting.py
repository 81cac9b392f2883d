"""Taking the place in a workspace that was offered."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.workspaces.actions import audit, members
from crm.workspaces.models import Invitation, Membership, User


def accept(*, invitation: Invitation, user: User, at: datetime) -> Membership:
    """The user's place in the workspace that invited him.

    Raises ValidationError where the invitation is for another address, taken or over.
    """
    if user.email.lower() != invitation.email.lower():
        raise ValidationError(_("This invitation is for another address."), code="address")
    with transaction.atomic("system"):
        taken = (
            Invitation.objects.using("system")
            .filter(pk=invitation.pk, token_hash=invitation.token_hash)
            .filter(accepted_at=None, expires_at__gt=at)
            .update(accepted_at=at)
        )
        if not taken:
            raise ValidationError(_("This invitation is over."), code="over")
        member = members.add_member(
            workspace=invitation.workspace, user=user, role=invitation.role, at=at
        )
        audit.note("member.joined", by=member, at=at, data={"role": member.role})
        return member
