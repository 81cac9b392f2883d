"""How signing in fits into Fio: django-allauth's rules, with our words and our door."""

import base64
import hashlib
import math
import time
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.workspaces import directory, policy, sealing, witness
from crm.workspaces.models import Invitation

# Where a session keeps the secret of the invitation that brought somebody here
INVITATION = "invitation"
SECOND_STEP = b"second step"
MAILED = ("account/messages/email_confirmation_sent.txt",)
# Seconds in which a wait is told to the audit log once
BLOCKED = 300
LIMITED = {"app": "allauth.account", "action": "login_failed"}


class SecondStep(DefaultMFAAdapter):
    """allauth's second step, its secrets sealed by the master key."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(sealing.seal_at_large(SECOND_STEP, text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        return sealing.unseal_at_large(SECOND_STEP, sealed).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a key is called until its owner says better."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return _("Key %(number)s") % {"number": count + 1}

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """The last second step stays as long as a workspace of the user asks for one."""
        if authenticator.type not in policy.SECOND_STEPS:
            return True
        return policy.may_remove_second_step(authenticator.user)


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own rules, with our words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("That e-mail address or password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whoever holds an invitation may always come in."""
        return settings.OPEN_SIGN_UP or carried_invitation(request) is not None

    def clean_email(self, email: str) -> str:
        """Letters before the @ that only look like others name nobody we could write to."""
        cleaned = str(super().clean_email(email))
        if not cleaned.rpartition("@")[0].isascii():
            raise ValidationError(EmailValidator.message, code="invalid")
        return cleaned

    def format_email_subject(self, subject: str) -> str:
        return subject

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *more: Any,
        **named: Any,
    ) -> None:
        """Where no mail can be sent, nobody is told that one was."""
        if settings.MAIL_IS_SENT or message_template not in MAILED:
            super().add_message(request, level, message_template, *more, **named)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail of ours, in which every link leads to our site."""
        site = {"name": "Fio", "domain": settings.SITE_HOST}
        links = {
            name: _on_our_site(value)
            for name, value in context.items()
            if name.endswith("_url") and isinstance(value, str)
        }
        super().send_mail(template_prefix, email, {**context, **links, "current_site": site})

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _on_our_site(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _on_our_site(super().get_reset_password_from_key_url(key))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        witness.failed(request, str(credentials.get("email", "")))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Says how long the wait is, which django-allauth leaves out."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            email = str(credentials.get("email", ""))
            if cache.add(f"blocked:{hashlib.sha256(email.encode()).hexdigest()}", 1, BLOCKED):
                witness.failed(request, email, verb="sign_in.blocked")
            raise ValidationError(
                self._wait_sentence(request, **credentials), code=error.code
            ) from error

    def _wait_sentence(self, request: HttpRequest, **credentials: Any) -> str:
        minutes = max(1, math.ceil(self._wait(request, **credentials) / 60))
        return ngettext(
            "Too many wrong passwords. Try again in %(minutes)d minute, or ask for a new password.",
            "Too many wrong passwords. Try again in %(minutes)d minutes,"
            " or ask for a new password.",
            minutes,
        ) % {"minutes": minutes}

    def _wait(self, request: HttpRequest, **credentials: Any) -> float:
        """Seconds until one more password is looked at, by address and by where it comes from."""
        key, now, longest = (
            self._get_login_attempts_cache_key(request, **credentials),
            time.time(),
            0.0,
        )
        for rate in ratelimit.get_rates(**LIMITED):
            tried = sorted(cache.get(_cache_key(request, rate, key), []))[-rate.amount :]
            if len(tried) >= rate.amount:
                longest = max(longest, tried[0] + rate.duration - now)
        return longest

    def tries_left(self, request: HttpRequest, email: str) -> int | None:
        """How many more wrong passwords this address has before a wait; None: no limit."""
        key = self._get_login_attempts_cache_key(request, email=email)
        left = [
            rate.amount - len(cache.get(_cache_key(request, rate, key), []))
            for rate in ratelimit.get_rates(**LIMITED)
        ]
        return max(0, min(left)) if left else None


def _on_our_site(link: str) -> str:
    """A link in a mail names our site, whatever host the request claimed."""
    return settings.SITE_URL + urlsplit(link).path


def carried_invitation(request: HttpRequest) -> Invitation | None:
    """The open invitation that brought this session here, or None."""
    secret = request.session.get(INVITATION)
    return directory.invitation(secret, timezone.now()) if secret else None


def _cache_key(request: HttpRequest, rate: Any, key: str) -> str:
    return str(ratelimit.get_cache_key(request, rate=rate, key=key, **LIMITED))
