"""The second step of signing in, which asks for what its user really has."""

from typing import Any

from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from crm.workspaces.models import User

Type = Authenticator.Type


class Having:
    """A form that knows what its user can prove himself with."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Authenticator.objects.filter(user=self.user)
        having = {row.type: row for row in rows}
        codes = having.get(Type.RECOVERY_CODES)
        self.has_app = Type.TOTP in having
        self.has_keys = Type.WEBAUTHN in having
        self.has_codes = codes is not None and bool(codes.wrap().get_unused_codes())

    @property
    def takes_code(self) -> bool:
        """Whether there is anything that he could type."""
        return self.has_app or self.has_codes

    @property
    def words(self) -> str:
        """What to do, as a sentence."""
        if self.has_app and self.has_codes:
            return _(
                "Type the six digits of your authenticator app, or one of your recovery codes."
            )
        if self.has_app:
            return _("Type the six digits of your authenticator app.")
        if self.has_keys and self.has_codes:
            return _(
                "Use your passkey or security key. Where you do not have it with you, type one of"
                " your recovery codes."
            )
        if self.has_keys:
            return _("Use your passkey or security key.")
        return _("Type one of your recovery codes.")


class AuthenticateForm(Having, forms.AuthenticateForm):
    """When somebody signs in."""


class ReauthenticateForm(Having, forms.ReauthenticateForm):
    """Before something delicate."""
