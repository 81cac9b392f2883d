"""What is asked about a new person."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.fields.forms import NamedField


def read_addresses(typed: Iterable[str]) -> tuple[list[str], str]:
    """Addresses in small letters, and what is wrong with the first that is none, or ""."""
    found = [each.strip().lower() for each in typed]
    for address in found:
        try:
            EmailValidator()(address)
        except ValidationError:
            return [], _("“%(address)s” is not a full e-mail address.") % {"address": address}
    return found, ""


def _lines(typed: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))


class PersonForm(forms.Form):
    """A name, where the person works, addresses and phones one on a line."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    organization = NamedField(
        label=gettext_lazy("Organization"),
        required=False,
        help_text=gettext_lazy("One that is not there yet is made."),
    )
    title = forms.CharField(label=gettext_lazy("Job title"), max_length=120, required=False)
    addresses = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        help_text=gettext_lazy("One on a line; the first one is used when you write."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    phones = forms.CharField(
        label=gettext_lazy("Phones"),
        help_text=gettext_lazy("One on a line; with the country code where it is not your own."),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )

    def clean_addresses(self) -> list[str]:
        found, problem = read_addresses(_lines(self.cleaned_data["addresses"]))
        if problem:
            raise ValidationError(problem)
        return list(dict.fromkeys(found))

    def clean_phones(self) -> list[str]:
        return _lines(self.cleaned_data["phones"])
