"""The forms that keep a new password: our labels, one hint, no words inside the fields."""

import re
from typing import Any

from allauth.account import forms as account
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# What is longer is common to nobody; and how many different letters make a password
LONGEST, FEWEST = 100, 4
LETTERS = re.compile(r"[^\W\d_]+")
REPEATED = re.compile(r"(.+?)\1+", re.S)


class CommonPasswordValidator(password_validation.CommonPasswordValidator):
    """Django's list, and whatever only repeats a word of it or puts digits and signs around it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for what is guessed first."""
        tried = {password[:LONGEST].lower().strip()}
        tried |= {found[1] for each in tried if (found := REPEATED.fullmatch(each))}
        is_poor = any(len(set(each)) < FEWEST for each in tried)
        words = {word for each in tried for word in LETTERS.findall(each)}
        tried |= words if len(words) == 1 else set()
        if is_poor or not self.passwords.isdisjoint(tried):
            raise ValidationError(self.get_error_message(), code="password_too_common")


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
