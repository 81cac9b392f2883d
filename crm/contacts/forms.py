"""What is asked about a person."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _


class PersonForm(forms.Form):
    """A name, and addresses one on a line, the first one primary."""

    name = forms.CharField(label=_("Name"), max_length=200)
    addresses = forms.CharField(
        label=_("E-mail addresses"),
        help_text=_("One on a line; the first one is used when you write."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def clean_addresses(self) -> list[str]:
        lines = [line.strip().lower() for line in self.cleaned_data["addresses"].splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        for line in found:
            try:
                EmailValidator()(line)
            except ValidationError as error:
                text = _("“%(address)s” is not a full e-mail address.") % {"address": line}
                raise ValidationError(text) from error
        return found

    def refuse(self, address: str, name: str) -> None:
        """Say that an address is somebody else's."""
        words: dict[str, Any] = {"address": address, "name": name}
        self.add_error("addresses", _("%(address)s belongs to %(name)s.") % words)
