"""Signing up and in."""

import zoneinfo
from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.workspaces import accounts, actions
from crm.workspaces.models import User


class SignUpForm(account.SignupForm):
    """Makes a user and his workspace, or brings him into the one that invited him."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    company = forms.CharField(
        label=gettext_lazy("Company"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        help_text=gettext_lazy("Your workspace is named after it."),
    )
    # Filled by the page's script from the browser's own clock
    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    field_order = ["name", "company", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, "email", "password1")
        self.fields["password1"].help_text = _("At least 12 characters.")
        self.invitation = accounts.carried_invitation(context.request)
        if self.invitation is not None:
            del self.fields["company"]
            self.fields["email"].initial = self.invitation.email
            self.fields["email"].widget.attrs["readonly"] = True

    def clean_email(self) -> str:
        email = str(super().clean_email())
        if self.invitation is not None and email.lower() != self.invitation.email.lower():
            raise ValidationError(
                _("The invitation is for %(email)s.") % {"email": self.invitation.email}
            )
        return email

    def save(self, request: HttpRequest) -> User:
        with transaction.atomic("system"):
            user: User = super().save(request)
        return user

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        user.language = translation.get_language() or user.language
        user.time_zone = self.cleaned_data["time_zone"] or user.time_zone
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name", "language", "time_zone"])
        now = timezone.now()
        if self.invitation is not None:
            actions.accept(invitation=self.invitation, user=user, at=now)
            request.session.pop(accounts.INVITATION, None)
        else:
            actions.create_workspace(name=self.cleaned_data["company"], owner=user, at=now)

    def clean_time_zone(self) -> str:
        name = str(self.cleaned_data["time_zone"])
        return name if name in zoneinfo.available_timezones() else ""


class LoginForm(account.LoginForm):
    """Says under the password what is wrong, and how many tries are left."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _tidy(self, "login", "password")

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except ValidationError as error:
            self.add_error("password", self._with_tries(error))
            return dict(self.cleaned_data)

    def _with_tries(self, error: ValidationError) -> ValidationError:
        left = get_adapter().tries_left(context.request, self.cleaned_data["login"])
        if error.code != "email_password_mismatch" or not left:
            return error
        return ValidationError(
            ngettext(
                "That e-mail address or password is not right."
                " %(left)d try left before a 5 minute wait.",
                "That e-mail address or password is not right."
                " %(left)d tries left before a 5 minute wait.",
                left,
            )
            % {"left": left},
            code=error.code,
        )


def _tidy(form: forms.Form, email: str, password: str) -> None:
    """Labels of ours, and no words inside the fields that vanish when somebody types."""
    form.fields[email].label = _("E-mail")
    form.fields[password].help_text = ""
    for name in (email, password):
        form.fields[name].widget.attrs.pop("placeholder", None)
