"""What is asked about a new organization."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy


class OrganizationForm(forms.Form):
    """A name, and how it is reached."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    domains = forms.CharField(
        label=gettext_lazy("Domains"),
        required=False,
        help_text=gettext_lazy("As northwind.test, several separated by blanks."),
    )
    website = forms.URLField(
        label=gettext_lazy("Web site"), required=False, max_length=500, assume_scheme="https"
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=60)
    address = forms.CharField(
        label=gettext_lazy("Address"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_domains(self) -> list[str]:
        typed: str = self.cleaned_data["domains"]
        found: list[Any] = typed.replace(",", " ").lower().split()
        return [word.removeprefix("@")[:253] for word in found][:50]
