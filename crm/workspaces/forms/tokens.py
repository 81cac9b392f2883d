"""What is asked about a key for programs."""

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.workspaces import tokens

LIFETIMES = [
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("One year")),
    ("", _("Until it is revoked")),
]

SCOPE_WORDS = {
    "mail:read": _("Read mail"),
    "mail:write": _("Write, send and file mail"),
    "mailboxes:write": _("Connect and change mailboxes"),
    "people:read": _("Read people"),
    "people:write": _("Change people"),
    "deals:read": _("Read deals"),
    "deals:write": _("Change deals"),
    "activities:read": _("Read activities, notes and files"),
    "activities:write": _("Change activities, notes and files"),
    "workspace:read": _("Read the workspace and its members"),
    "workspace:write": _("Change the workspace and its tokens"),
}


class TokenForm(forms.Form):
    """A key for a program."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What will use it, as “Zapier” or “backup”.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=[(scope, SCOPE_WORDS[scope]) for scope in tokens.SCOPES],
        widget=forms.CheckboxSelectMultiple,
    )
    lifetime = forms.ChoiceField(
        label=_("Ends after"), choices=LIFETIMES, initial="90", required=False
    )

    def expires_at(self, now: datetime) -> datetime | None:
        """When the chosen lifetime is over; None: never."""
        days = self.cleaned_data["lifetime"]
        return now + timedelta(days=int(days)) if days else None
