"""Asking the audit log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.workspaces import trail
from crm.workspaces.forms.days import DayField
from crm.workspaces.models import Membership


class AuditForm(forms.Form):
    """Which entries: of a kind, of somebody, from a day to another."""

    what = forms.ChoiceField(label=_("About"), required=False)
    member = forms.TypedChoiceField(label=_("Who"), required=False, empty_value=None)
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))

    def __init__(self, *args: Any, members: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what, member = self.fields["what"], self.fields["member"]
        assert isinstance(what, forms.ChoiceField) and isinstance(member, forms.ChoiceField)
        what.choices = [("", _("Everything")), *trail.GROUPS.items()]
        member.choices = [("", _("Anybody")), *((str(row.uid), row.name) for row in members)]
