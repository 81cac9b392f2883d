"""What is asked about a workspace."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.workspaces.forms.domains import DomainsField
from crm.workspaces.models import Workspace


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
