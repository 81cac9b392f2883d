"""Keys for programs: made, shown once, revoked."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.workspaces import directory, tokens
from crm.workspaces.models import ApiToken, Membership


def issue_token(
    *,
    member: Membership,
    name: str,
    scopes: Iterable[str],
    at: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new token and its secret, shown this once; an unknown scope raises ValidationError."""
    wanted = sorted(set(scopes))
    if not set(wanted) <= set(tokens.SCOPES):
        raise ValidationError(_("That scope does not exist."), code="scope")
    secret = tokens.new_secret()
    token = ApiToken.objects.using("system").create(
        workspace_id=member.workspace_id,
        member=member,
        name=name,
        scopes=wanted,
        token_hash=directory.digest(secret),
        created_at=at,
        expires_at=expires_at,
    )
    return token, secret


def revoke_token(*, token: ApiToken, at: datetime) -> ApiToken:
    """End a token at once; doing it twice changes nothing."""
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
    return token


def note_token_use(*, token: ApiToken, at: datetime) -> None:
    """Remember when a token last opened the door."""
    ApiToken.objects.using("system").filter(pk=token.pk).update(last_used_at=at)
