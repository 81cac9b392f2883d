"""What is asked about a passkey, in our words."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _

# As many letters as allauth keeps with a key
LONGEST = 100


class AddKeyForm(AddWebAuthnForm):
    """A key: what it is called, and whether it stands for the password too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].widget.attrs["maxlength"] = LONGEST
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with it alone")
        alone.help_text = _(
            "Without the password. The key then asks for a finger, a face or a PIN."
        )


class EditKeyForm(EditWebAuthnForm):
    """What a key is called."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].widget.attrs["maxlength"] = LONGEST
