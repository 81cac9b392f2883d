"""What is typed where a mailbox is connected."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.workspaces import policy
from crm.workspaces.models import Membership, Team, Workspace
from inbox.models import Mailbox, Visibility
from sync.actions.connect import Servers
from sync.models import Security


class AddressForm(forms.Form):
    """Step 1: which mailbox; team mailboxes for those who may make them."""

    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )
    kind = forms.ChoiceField(
        label=_("Whose mailbox it is"), choices=Mailbox.Kind.choices, required=False
    )

    def __init__(self, *args: Any, may_team: bool, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        if not may_team:
            del self.fields["kind"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        policy.require_kind(self.workspace, found.get("kind") or Mailbox.Kind.PERSONAL)
        return found

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        taken = Mailbox.objects.filter(address__iexact=address)
        if taken.exclude(state=Mailbox.State.DELETED).exists():
            raise forms.ValidationError(_("This mailbox is connected already."))
        return address


class ServersForm(forms.Form):
    """Step 2: how it is reached. A kept password need not be typed again."""

    username = forms.CharField(label=_("User name"), max_length=254)
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    imap_host = forms.CharField(label=_("Server"), max_length=253)
    imap_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    imap_security = forms.ChoiceField(label=_("Security"), choices=Security.choices)
    smtp_host = forms.CharField(label=_("Server"), max_length=253)
    smtp_port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    smtp_security = forms.ChoiceField(label=_("Security"), choices=Security.choices)
    allow_insecure = forms.BooleanField(
        label=_("Allow an unprotected connection for this mailbox"),
        help_text=_("Anybody on the way can read the password and the mail."),
        required=False,
    )

    def __init__(self, *args: Any, has_password: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_password:
            self.fields["password"].required = False
            self.fields["password"].help_text = _("Leave it empty to keep the one we have.")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        plain = Security.NONE in (found.get("imap_security"), found.get("smtp_security"))
        if plain and not found.get("allow_insecure"):
            self.add_error(
                "allow_insecure", _("Choose TLS or STARTTLS, or allow it here for this mailbox.")
            )
        return found

    def servers(self) -> Servers:
        """The valid settings."""
        data = self.cleaned_data
        return Servers(
            imap_host=data["imap_host"],
            imap_port=data["imap_port"],
            imap_security=data["imap_security"],
            smtp_host=data["smtp_host"],
            smtp_port=data["smtp_port"],
            smtp_security=data["smtp_security"],
            username=data["username"],
            allows_plain=data["allow_insecure"],
        )


class OptionsForm(forms.Form):
    """Step 4, and later: how far back, who reads it, what it is called."""

    sync_from = forms.DateField(
        label=_("Import mail since"),
        help_text=_(
            "Leave it empty to import everything. An earlier day brings in what was left out;"
            " with a later one what is here stays."
        ),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    imports = forms.ChoiceField(
        label=_("Mail that comes in"),
        help_text=_(
            "Where only known ones come in, the rest waits on the server, listed by sender. What is"
            " here already stays."
        ),
        choices=[
            (Mailbox.Scope.ALL, Mailbox.Scope.ALL.label),
            (Mailbox.Scope.KNOWN, _("Known people and companies")),
        ],
        initial=Mailbox.Scope.ALL,
        required=False,
    )
    old_too = forms.BooleanField(
        label=_("Change the conversations that are here already, too"), required=False
    )
    makes_people = forms.ChoiceField(
        label=_("Make people of"),
        help_text=_("Never of newsletters, shared or automatic addresses, and colleagues."),
        choices=Mailbox.Makes.choices,
        initial=Mailbox.Makes.SENT,
        required=False,
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = Visibility.TEAM if kind == Mailbox.Kind.TEAM else Visibility.PRIVATE
        self.fields["visibility"] = forms.ChoiceField(
            label=_("New conversations are"),
            help_text=_("Each conversation can be changed later. Older ones stay as they are."),
            choices=[(each.value, each.label) for each in (closed, Visibility.SHARED)],
        )

    def clean_makes_people(self) -> str:
        """What was chosen, else what stands."""
        return self._chosen("makes_people")

    def clean_imports(self) -> str:
        """What was chosen, else what stands."""
        return self._chosen("imports")

    def _chosen(self, name: str) -> str:
        typed: str = self.cleaned_data[name]
        return typed or str(self.get_initial_for_field(self.fields[name], name))


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


class OwnerForm(forms.Form):
    """Whose a team's mailbox becomes."""

    owner = forms.ChoiceField(label=_("Whose it will be"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, inside: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_uid = {str(row.uid): row for row in inside}
        field = cast(forms.ChoiceField, self.fields["owner"])
        field.choices = [(uid, row.name) for uid, row in self.by_uid.items()]

    def chosen(self) -> Membership:
        return self.by_uid[self.cleaned_data["owner"]]
