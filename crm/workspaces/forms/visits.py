"""Why an operator looks into a workspace."""

from django import forms
from django.utils.translation import gettext_lazy as _

HOURS = [(1, _("1 hour")), (4, _("4 hours")), (8, _("8 hours"))]


class VisitForm(forms.Form):
    """The reason and how long; owners of the workspace read both."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=300,
        widget=forms.Textarea({"rows": 3, "cols": 60}),
        help_text=_("The owners of the workspace read it."),
    )
    hours = forms.TypedChoiceField(label=_("For"), choices=HOURS, coerce=int, initial=1)
