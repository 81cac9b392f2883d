"""What is asked about a new lead, and about one that becomes a deal."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.fields.forms import NamedField, OfferingInput


class LeadForm(forms.Form):
    """A title, where it comes from, and with whom."""

    name = forms.CharField(label=_("Title"), max_length=200)
    source = forms.CharField(
        label=_("Source"),
        max_length=80,
        required=False,
        help_text=_("A fair, a campaign, a colleague."),
        widget=OfferingInput,
    )
    organization = NamedField(
        label=_("Organization"),
        required=False,
        help_text=_("One that is not there yet is made."),
    )
    person = NamedField(
        label=_("Person"),
        required=False,
        help_text=_("Somebody who is not there yet is made."),
    )
    value = forms.DecimalField(
        label=_("Value"), required=False, min_value=Decimal(0), max_digits=16, decimal_places=2
    )
    currency = forms.ChoiceField(label=_("Currency"))

    def __init__(self, *args: Any, codes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["currency"])
        field.choices = [(code, code) for code in codes]
