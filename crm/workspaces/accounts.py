"""How signing in fits into Fio: django-allauth's rules, with our words and our door."""

import base64
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces import directory, sealing
from crm.workspaces.models import Invitation

# Where a session keeps the secret of the invitation that brought somebody here
INVITATION = "invitation"
SECOND_STEP = b"second step"
MAILED = ("account/messages/email_confirmation_sent.txt",)
LIMITED = {"app": "allauth.account", "action": "login_failed"}


class SecondStep(DefaultMFAAdapter):
    """allauth's second step, its secrets sealed by the master key."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(sealing.seal_at_large(SECOND_STEP, text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        return sealing.unseal_at_large(SECOND_STEP, sealed).decode()


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own rules, with our words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _(
            "Too many wrong passwords. Wait 5 minutes, or ask for a new password."
        ),
        "email_password_mismatch": _("That e-mail address or password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whoever holds an invitation may always come in."""
        return settings.OPEN_SIGN_UP or carried_invitation(request) is not None

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
