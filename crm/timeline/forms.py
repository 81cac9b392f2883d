"""What is asked about an activity, and about a type of activity."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.timeline.actions.due import Due
from crm.timeline.models import Activity, ActivityType, Icon
from crm.workspaces.models import Membership

REMINDERS = (
    ("", _("No reminder")),
    ("0", _("When it is due")),
    ("10", _("10 minutes before")),
    ("60", _("1 hour before")),
    ("1440", _("1 day before")),
)


class ActivityForm(forms.Form):
    """A type, a subject, when, for how long, and who does it."""

    type = forms.ChoiceField(label=_("Type"))
    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    due_on = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    due_time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Leave it out for the whole day."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=1, max_value=60 * 24 * 7
    )
    assignee = forms.ChoiceField(label=_("Assigned to"), required=False)
    remind_before = forms.ChoiceField(label=_("Reminder"), required=False, choices=REMINDERS)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_done = forms.BooleanField(label=_("Done already"), required=False)

    def __init__(
        self,
        *args: Any,
        types: Sequence[ActivityType],
        members: Sequence[Membership],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.types = {str(kind.uid): kind for kind in types}
        self.members = {str(member.uid): member for member in members}
        for name, choices in (
            ("type", [(uid, kind.name) for uid, kind in self.types.items()]),
            ("assignee", [("", _("Nobody")), *((uid, m.name) for uid, m in self.members.items())]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        day = typed.get("due_on")
        if day and not 1900 <= day.year <= 2200:
            self.add_error("due_on", _("Choose a day between 1900 and 2200."))
        if typed.get("due_time") and not typed.get("due_on"):
            self.add_error("due_on", _("A time of day needs its day."))
        if typed.get("remind_before") and not typed.get("due_on"):
            self.add_error("remind_before", _("A reminder needs a day."))
        return typed

    def due(self) -> Due:
        """When, in the zone of whoever types."""
        zone = timezone.get_current_timezone()
        day: date | None = self.cleaned_data["due_on"]
        clock: time | None = self.cleaned_data["due_time"]
        at = datetime.combine(day, clock, zone) if day and clock else None
        return Due(day, at, zone)

    def values(self) -> dict[str, Any]:
        """The columns of an activity, without what says when."""
        typed = self.cleaned_data
        kind = self.types[typed["type"]]
        before = typed["remind_before"]
        return {
            "type": kind,
            "subject": typed["subject"].strip() or kind.name,
            "minutes": typed["minutes"],
            "note": typed["note"].strip(),
            "assignee": self.members.get(typed["assignee"]),
            "remind_before": int(before) if before else None,
        }


def initial(activity: Activity) -> dict[str, Any]:
    """What the form of this activity begins with."""
    at = timezone.localtime(activity.due_at) if activity.due_at else None
    before = activity.remind_before
    return {
        "type": str(activity.type.uid),
        "subject": activity.subject,
        "due_on": activity.day(),
        "due_time": at.time() if at else None,
        "minutes": activity.minutes,
        "assignee": str(activity.assignee.uid) if activity.assignee else "",
        "remind_before": "" if before is None else str(before),
        "note": activity.note,
    }


class TypeForm(forms.Form):
    """A name and a picture."""

    name = forms.CharField(label=_("Name"), max_length=40)
    icon = forms.ChoiceField(label=_("Icon"), choices=Icon.choices)
