"""What is asked about pipelines, stages, reasons and currencies."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.deals.actions.money import LARGEST


class NameForm(forms.Form):
    """The name of a pipeline."""

    name = forms.CharField(label=_("Name"), max_length=60)


class ReasonForm(forms.Form):
    """The words of a reason."""

    name = forms.CharField(label=_("Reason"), max_length=120)


class StageForm(forms.Form):
    """A stage: its name, how likely a deal in it is won, and when a deal in it rots."""

    name = forms.CharField(label=_("Name"), max_length=60)
    probability = forms.IntegerField(label=_("Won of 100"), min_value=0, max_value=100)
    rotting_days = forms.IntegerField(
        label=_("Rots after days"), min_value=1, max_value=999, required=False
    )


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
