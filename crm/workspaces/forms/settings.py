"""The pages under /<workspace>/settings/."""

import zoneinfo
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crm.workspaces import permissions, tokens
from crm.workspaces.forms.domains import DomainsField
from crm.workspaces.models import Membership, Role, Team, User, Workspace

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


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """A user's own name and preferences."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = User
        fields = ["name", "language", "time_zone", "theme", "single_keys"]
        help_texts = {
            "single_keys": _("One key acts at once, as E for done. They are off while you type.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone)
        _offer(self, "time_zone", [(zone, zone) for zone in ["UTC", *zones]])


class WorkspaceForm(forms.ModelForm):  # type: ignore[type-arg]
    """The workspace's name, and the domains among which mail is internal."""

    domains = DomainsField(
        label=_("Own domains"),
        required=False,
        help_text=_(
            "Mail among them is internal and is linked to no customer. Empty: the domains of the "
            "connected mailboxes. Domains of which anybody gets addresses do not count."
        ),
    )

    class Meta:
        model = Workspace
        fields = ["name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domains"].initial = ", ".join(self.instance.own_domains or [])


class NewWorkspaceForm(forms.Form):
    """One more workspace for somebody who has signed in."""

    name = forms.CharField(label=_("Company"), max_length=120)


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = permissions.grantable(by)
        _offer(self, "role", [(role.value, str(role.label)) for role in roles])


class InvitationForm(RoleForm):
    """A place for one address."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    field_order = ["email", "role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = Role.MEMBER


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
        _offer(self, "members", [(uid, row.name) for uid, row in self.known.items()])
        above = [(uid, team.name) for uid, team in self.teams.items()]
        _offer(self, "parent", [("", str(_("No other team"))), *above])

    def above(self) -> Team | None:
        """The team this one is part of."""
        return self.teams.get(self.cleaned_data["parent"])

    def chosen(self) -> list[Membership]:
        """The members that were ticked."""
        return [self.known[uid] for uid in self.cleaned_data["members"]]


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


def _offer(form: forms.BaseForm, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
