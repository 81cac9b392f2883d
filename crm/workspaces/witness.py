"""Listens to what django-allauth tells of signing in and of accounts, for the audit log."""

from functools import partial
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as second_step
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from crm.workspaces import trail
from crm.workspaces.actions import audit
from crm.workspaces.models import User

# When this session began, in seconds since 1970
SIGNED_IN = "signed_in_at"


@receiver(user_logged_in)
def began(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    request.session[SIGNED_IN] = int(timezone.now().timestamp())


@receiver(account.user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    audit.note_for_user("sign_in.succeeded", user=user, at=timezone.now())


def failed(request: HttpRequest, email: str, *, verb: str = "sign_in.failed") -> None:
    """A wrong password; told to the workspaces of the account, once the answer is out."""
    trail.after(request, partial(_failed, email, verb))


def _failed(email: str, verb: str) -> None:
    user = User.objects.using("system").filter(email__iexact=email).first()
    if user is not None:
        audit.note_for_user(verb, user=user, at=timezone.now(), about=user.email, is_own=False)


@receiver(second_step.authentication_failed)
def failed_second_step(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    failed(request, user.email, verb="sign_in.second_step_failed")


@receiver(account.password_changed)
@receiver(account.password_set)
@receiver(account.password_reset)
def password_changed(sender: Any, user: User, **_: Any) -> None:
    audit.note_for_user("account.password_changed", user=user, at=timezone.now())


@receiver(account.email_changed)
def email_changed(
    sender: Any, user: User, from_email_address: Any, to_email_address: Any, **_: Any
) -> None:
    before = from_email_address.email if from_email_address else ""
    words = {"from": before, "to": to_email_address.email}
    audit.note_for_user("account.email_changed", user=user, at=timezone.now(), data=words)


@receiver(second_step.authenticator_added)
def second_step_added(sender: Any, user: User, authenticator: Any, **_: Any) -> None:
    _second_step("account.second_step_added", user, authenticator)


@receiver(second_step.authenticator_removed)
def second_step_removed(sender: Any, user: User, authenticator: Any, **_: Any) -> None:
    _second_step("account.second_step_removed", user, authenticator)


@receiver(second_step.authenticator_reset)
def recovery_codes_made(sender: Any, user: User, **_: Any) -> None:
    audit.note_for_user("account.recovery_codes_made", user=user, at=timezone.now())


def _second_step(verb: str, user: User, authenticator: Any) -> None:
    words = {"type": str(authenticator.type)}
    audit.note_for_user(verb, user=user, at=timezone.now(), data=words)
