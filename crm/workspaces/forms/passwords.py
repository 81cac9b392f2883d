"""The forms that keep a new password: our labels, one hint, no words inside the fields."""

from typing import Any

from allauth.account import forms as account
from django import forms
from django.utils.translation import gettext_lazy as _


class ChangePasswordForm(account.ChangePasswordForm):
    """The old password once, the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, oldpassword=_("Password now"))


class SetPasswordForm(account.SetPasswordForm):
    """A first password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self)


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):
    """A new password by the link of a mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self)


class ReauthenticateForm(account.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs.pop("placeholder", None)


def _tidy(form: forms.Form, **labels: Any) -> None:
    names = {"password1": _("New password"), "password2": _("The new password again"), **labels}
    for name, label in names.items():
        field = form.fields[name]
        field.label = label
        field.help_text = _("At least 12 characters.") if name == "password1" else ""
        field.widget.attrs.pop("placeholder", None)
