"""The forms of an account that ask for an address alone."""

from typing import Any

from allauth.account import forms as account
from django.utils.translation import gettext_lazy as _


class ResetPasswordForm(account.ResetPasswordForm):
    """Where the link to choose a new password goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)


class AddEmailForm(account.AddEmailForm):
    """The address to sign in with from now on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)
