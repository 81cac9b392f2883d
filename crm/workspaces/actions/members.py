"""Who belongs to a workspace."""

from datetime import datetime

from crm.workspaces.models import Membership, User, Workspace


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


def note_use(*, member: Membership, at: datetime) -> None:
    """Remember when a member last worked here."""
    Membership.objects.using("system").filter(pk=member.pk).update(last_used_at=at)
