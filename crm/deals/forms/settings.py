"""What is asked about pipelines, stages and reasons."""

from django import forms
from django.utils.translation import gettext_lazy as _


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
