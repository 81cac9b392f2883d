"""What a user is told of, and when not."""

from typing import Any

from babel.dates import get_day_names
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.workspaces.models import User

CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class TellingForm(forms.Form):
    """Notices of the browser, and quiet hours."""

    browser_tells = forms.ChoiceField(
        label=_("The browser tells of"),
        choices=User.Told.choices,
        help_text=_("While a page of Fio is open and you look at something else."),
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=CLOCK)
    quiet_until = forms.TimeField(label=_("Until"), required=False, widget=CLOCK)
    quiet_days = forms.TypedMultipleChoiceField(
        label=_("Quiet all day on"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(user, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        days: Any = self.fields["quiet_days"]
        language = (get_language() or "en").replace("-", "_")
        names = get_day_names("wide", locale=language)
        days.choices = [(day, names[day - 1].capitalize()) for day in range(1, 8)]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        begins, ends = found.get("quiet_from"), found.get("quiet_until")
        if not self.errors and (begins is None) != (ends is None):
            text = _("Say when it begins and when it ends, or leave both empty.")
            self.add_error("quiet_until" if ends is None else "quiet_from", text)
        if begins is not None and begins == ends:
            self.add_error("quiet_until", _("It ends when it begins. Choose another time."))
        return found
