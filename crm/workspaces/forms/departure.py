"""Ending a workspace."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.workspaces.models import Workspace


class ClosingForm(forms.Form):
    """The workspace's name, typed to say that it is meant."""

    name = forms.CharField(
        label=_("Type the workspace's name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        if name != self.workspace.name:
            raise ValidationError(
                _("That is not its name. It is called “%(name)s”.") % {"name": self.workspace.name}
            )
        return name
