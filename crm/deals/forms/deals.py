"""What is asked about a new deal."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.deals.models import Stage
from crm.fields.forms import NamedField


class ParticipantForm(forms.Form):
    """Who takes part in a deal, and as what."""

    person = NamedField(error_messages={"required": _("Say who takes part.")})
    role = forms.CharField(max_length=60, required=False)


class DealForm(forms.Form):
    """A title, what it is worth, where it stands and with whom."""

    name = forms.CharField(label=_("Title"), max_length=200)
    value = forms.DecimalField(
        label=_("Value"), required=False, min_value=Decimal(0), max_digits=16, decimal_places=2
    )
    currency = forms.ChoiceField(label=_("Currency"))
    stage = forms.ChoiceField(label=_("Stage"))
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
    expected_on = forms.DateField(
        label=_("Expected close"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(
        self, *args: Any, stages: Sequence[Stage], codes: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stages = {str(stage.uid): stage for stage in stages}
        for name, choices in (
            ("stage", [(uid, stage.name) for uid, stage in self.stages.items()]),
            ("currency", [(code, code) for code in codes]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def chosen_stage(self) -> Stage:
        return self.stages[self.cleaned_data["stage"]]
