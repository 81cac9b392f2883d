"""What people are called, how they like to look at Fio, and how they are signed out."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from crm.workspaces.actions import audit
from crm.workspaces.models import User

TELLING = frozenset({"browser_tells", "quiet_from", "quiet_until", "quiet_days"})
PREFERENCES = frozenset({"language", "time_zone", "theme", "single_keys"}) | TELLING


def create_user(*, email: str, password: str, **profile: Any) -> User:
    """A user with a confirmed address; raises ValidationError when the password is too weak."""
    validate_password(password, User(email=email))
    with transaction.atomic("system"):
        user = User.objects.db_manager("system").create_user(email, password, **profile)
        EmailAddress.objects.using("system").create(
            user=user, email=user.email, verified=True, primary=True
        )
    return user


def change_profile(*, user: User, name: str, preferences: Mapping[str, Any]) -> User:
    """Take a new name and new preferences (`PREFERENCES`); every membership follows the name."""
    user.name = name
    chosen = PREFERENCES & set(preferences)
    for key in chosen:
        setattr(user, key, preferences[key])
    user.save(update_fields=["name", *sorted(chosen)])
    return user


def sign_out_everywhere(*, user: User, at: datetime) -> User:
    """End every session of the user; whoever asked may keep his own by renewing its hash."""
    with transaction.atomic("system"):
        end_sessions(user=user)
        audit.note_for_user("account.signed_out_elsewhere", user=user, at=at)
    return user


def end_sessions(*, user: User) -> User:
    """Make every session of the user worthless at once."""
    user.session_salt = secrets.token_hex(16)
    user.save(update_fields=["session_salt"])
    return user
