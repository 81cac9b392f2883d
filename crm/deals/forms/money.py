"""What is asked about currencies and their rates."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.deals.actions.rates import LARGEST


class RateForm(forms.Form):
    """What one unit of a currency is worth in the base currency."""

    rate = forms.DecimalField(
        label=pgettext_lazy("currency", "Rate"),
        min_value=Decimal("0.00000001"),
        max_value=LARGEST,
        max_digits=18,
        decimal_places=8,
        localize=True,
    )


class CurrencyForm(RateForm):
    """One more currency."""

    code = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=_("Currency"),
        max_length=3,
        error_messages={"invalid": _("A currency has three letters, as EUR.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known-currencies"}),
    )
    field_order = ("code", "rate")

    def clean_code(self) -> str:
        typed: str = self.cleaned_data["code"]
        return typed.upper()
