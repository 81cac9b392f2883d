"""What is asked about a team."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.workspaces.forms.offering import offer
from crm.workspaces.models import Membership, Team


class TeamForm(forms.Form):
    """A team's name and members."""

    name = forms.CharField(label=_("Name"), max_length=Team._meta.get_field("name").max_length)
    members = forms.MultipleChoiceField(
        label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple
    )

    parent = forms.ChoiceField(
        label=_("Part of"),
        required=False,
        help_text=_("Records open to a team “and below” are open to the teams below it too."),
    )

    def __init__(
        self, *args: Any, members: list[Membership], teams: list[Team], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(member.uid): member for member in members}
        self.teams = {str(team.uid): team for team in teams}
        offer(self, "members", [(uid, row.name) for uid, row in self.known.items()])
        above = [(uid, team.name) for uid, team in self.teams.items()]
        offer(self, "parent", [("", str(_("No other team"))), *above])

    def above(self) -> Team | None:
        """The team this one is part of."""
        return self.teams.get(self.cleaned_data["parent"])

    def chosen(self) -> list[Membership]:
        """The members that were ticked."""
        return [self.known[uid] for uid in self.cleaned_data["members"]]
