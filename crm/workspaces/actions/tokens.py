"""Keys for programs: made, shown once, revoked."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from crm.workspaces import directory, tokens
from crm.workspaces.actions import audit
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
    with transaction.atomic("system"):
        token = ApiToken.objects.using("system").create(
            workspace_id=member.workspace_id,
            member=member,
            name=name,
            scopes=wanted,
            token_hash=directory.digest(secret),
            created_at=at,
            expires_at=expires_at,
        )
        audit.note("token.made", by=member, at=at, about=name, data={"scopes": wanted})
    return token, secret


def revoke_token(
    *, token: ApiToken, at: datetime, by: Membership | None = None, operator: str = ""
) -> ApiToken:
    """End a token at once, by a member or an operator; doing it twice changes nothing."""
    with transaction.atomic("system"):
        living = ApiToken.objects.using("system").filter(pk=token.pk, revoked_at=None)
        if living.update(revoked_at=at):
            token.revoked_at = at
            here = token.workspace_id
            audit.note(
                "token.revoked",
                by=by,
                at=at,
                workspace_id=here,
                about=token.name,
                operator=operator,
            )
    return token


def note_token_use(*, token: ApiToken, at: datetime) -> None:
    """Remember when a token last opened the door."""
    ApiToken.objects.using("system").filter(pk=token.pk).update(last_used_at=at)
