"""How the servers of a mailbox are reached."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sync.actions.connect import Servers
from sync.models import Security


class ServersForm(forms.Form):
    """Step 2: how it is reached. A kept password need not be typed again."""

    username = forms.CharField(label=_("User name"), max_length=254)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    imap_host = forms.CharField(label=_("Server"), max_length=253)
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    imap_security = forms.ChoiceField(label=_("Security"), choices=Security.choices)
    smtp_host = forms.CharField(label=_("Server"), max_length=253)
    smtp_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    smtp_security = forms.ChoiceField(label=_("Security"), choices=Security.choices)
    allow_insecure = forms.BooleanField(
        label=_("Allow an unprotected connection for this mailbox"),
        help_text=_("Anybody on the way can read the password and the mail."),
        required=False,
    )

    def __init__(self, *args: Any, has_password: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_password:
            self.fields["password"].required = False
            self.fields["password"].help_text = _("Leave it empty to keep the one we have.")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        plain = Security.NONE in (found.get("imap_security"), found.get("smtp_security"))
        if plain and not found.get("allow_insecure"):
            self.add_error(
                "allow_insecure", _("Choose TLS or STARTTLS, or allow it here for this mailbox.")
            )
        return found

    def servers(self) -> Servers:
        """The valid settings."""
        data = self.cleaned_data
        return Servers(
            imap_host=data["imap_host"],
            imap_port=data["imap_port"],
            imap_security=data["imap_security"],
            smtp_host=data["smtp_host"],
            smtp_port=data["smtp_port"],
            smtp_security=data["smtp_security"],
            username=data["username"],
            allows_plain=data["allow_insecure"],
        )
