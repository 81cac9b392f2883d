"""The address of a mailbox that is connected."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.workspaces import policy
from crm.workspaces.models import Workspace
from inbox.models import Mailbox


class AddressForm(forms.Form):
    """Step 1: which mailbox; team mailboxes for those who may make them."""

    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )
    kind = forms.ChoiceField(
        label=_("Whose mailbox it is"),
        help_text=_("A team’s mailbox is read and answered by all you choose in the last step."),
        choices=Mailbox.Kind.choices,
        required=False,
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
            raise forms.ValidationError(
                _(
                    "This mailbox is connected already, and an address is connected in one mode"
                    " only. Whoever has it can change the mode in its settings."
                )
            )
        return address
