"""Whose a mailbox becomes."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.workspaces.models import Membership


class OwnerForm(forms.Form):
    """Whose a team's mailbox becomes."""

    owner = forms.ChoiceField(label=_("Whose it will be"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, inside: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_uid = {str(row.uid): row for row in inside}
        field = cast(forms.ChoiceField, self.fields["owner"])
        field.choices = [(uid, row.name) for uid, row in self.by_uid.items()]
        if len(self.by_uid) == 1:
            field.initial = next(iter(self.by_uid))

    def chosen(self) -> Membership:
        return self.by_uid[self.cleaned_data["owner"]]
