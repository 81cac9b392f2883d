"""Who works in a team's mailbox."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.workspaces.models import Membership, Team


class WorkersForm(forms.Form):
    """Who works in a team's mailbox: teams, and single members."""

    teams = forms.MultipleChoiceField(
        label=_("Teams"), required=False, widget=forms.CheckboxSelectMultiple
    )
    members = forms.MultipleChoiceField(
        label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, all_teams: list[Team], all_members: list[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_uid: dict[str, dict[str, Any]] = {
            "teams": {str(row.uid): row for row in all_teams},
            "members": {str(row.uid): row for row in all_members},
        }
        for name, rows in self.by_uid.items():
            field = cast(forms.MultipleChoiceField, self.fields[name])
            field.choices = [(uid, row.name) for uid, row in rows.items()]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not self.errors and not found.get("teams") and not found.get("members"):
            raise forms.ValidationError(_("Choose at least one team or member."))
        return found

    def chosen(self, name: str) -> list[Any]:
        """The teams, or the members, that were ticked."""
        return [self.by_uid[name][uid] for uid in self.cleaned_data[name]]


class HandoverForm(WorkersForm):
    """Who works in a mailbox that becomes a team's."""

    with_secrets = forms.BooleanField(
        label=_("They may read the codes, passwords, pay and bank mail as well"), required=False
    )
