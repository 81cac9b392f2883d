"""What a workspace asks of its members."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.workspaces.forms.days import DayField
from crm.workspaces.models import Workspace

SESSIONS = [
    ("", _("After two weeks without use")),
    ("168", _("After 7 days")),
    ("24", _("After 24 hours")),
    ("12", _("After 12 hours")),
    ("8", _("After 8 hours")),
    ("1", _("After an hour")),
]
GRACE = timedelta(days=14)


class PolicyForm(forms.Form):
    """Second step, length of sessions, kinds of mailboxes."""

    second_step = forms.BooleanField(
        label=_("Everybody needs a second step"),
        required=False,
        help_text=_("A passkey, a security key or an authenticator app besides the password."),
    )
    second_step_day = DayField(
        label=_("From this day on"),
        help_text=_(
            "Until then everybody is reminded; from then on nobody gets further without one,"
            " and neither do their API tokens."
        ),
    )
    session_hours = forms.TypedChoiceField(
        label=_("Sessions end"), choices=SESSIONS, required=False, coerce=int, empty_value=None
    )
    mailbox_kinds = forms.ChoiceField(
        label=_("Mailboxes that may be connected"),
        choices=Workspace.MailboxKinds.choices,
        help_text=_("Mailboxes that are connected already stay."),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        self.workspace = workspace
        since = workspace.second_step_from
        day = timezone.localdate(since) if since else timezone.localdate() + GRACE
        initial = {
            "second_step": since is not None,
            "second_step_day": day,
            "session_hours": workspace.session_hours or "",
            "mailbox_kinds": workspace.mailbox_kinds,
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)

    def second_step_from(self) -> datetime | None:
        """When the second step is asked for; None: not at all. An empty day means at once."""
        if not self.cleaned_data["second_step"]:
            return None
        day: date = self.cleaned_data["second_step_day"] or timezone.localdate()
        since = self.workspace.second_step_from
        if since is not None and timezone.localdate(since) == day:
            return since
        return timezone.make_aware(datetime.combine(day, time()))
