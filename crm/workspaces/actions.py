"""Making workspaces, members and their keys."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.text import slugify

from crm.workspaces import directory, sealing, tokens
from crm.workspaces.models import ApiToken, Membership, Role, User, Workspace

# First segments of our own addresses, which no workspace may take
RESERVED = frozenset(
    [
        "accounts",
        "admin",
        "api",
        "content",
        "docs",
        "events",
        "healthz",
        "livez",
        "metrics",
        "new",
        "readyz",
        "static",
        "workspaces",
    ]
)


def create_workspace(*, name: str, owner: User, at: datetime) -> Membership:
    """A new workspace and its owner's place in it."""
    with transaction.atomic("system"):
        workspace = Workspace(name=name, slug=_free_slug(name), created_at=at)
        workspace.data_key = sealing.new_data_key(workspace.uid)
        workspace.save()
        return add_member(workspace=workspace, user=owner, role=Role.OWNER, at=at)


def create_user(*, email: str, password: str, **profile: Any) -> User:
    """A user who can sign in; raises ValidationError when the password is too weak."""
    validate_password(password, User(email=email))
    return User.objects.db_manager("system").create_user(email, password, **profile)


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
            "created_at": at,
        },
    )
    return member


def issue_token(
    *, member: Membership, name: str, scopes: Iterable[str], at: datetime
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown this once."""
    secret = tokens.new_secret()
    token = ApiToken.objects.using("system").create(
        workspace=member.workspace,
        member=member,
        name=name,
        scopes=sorted(set(scopes)),
        token_hash=directory.digest(secret),
        created_at=at,
    )
    return token, secret


def _free_slug(name: str) -> str:
    base = slugify(name)[:40] or "workspace"
    candidate, number = base, 1
    while (
        candidate in RESERVED or Workspace.objects.using("system").filter(slug=candidate).exists()
    ):
        number += 1
        candidate = f"{base}-{number}"
    return candidate
