"""What comes in of a mailbox, and what its server is told."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.models import Mailbox, Visibility


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
    name = forms.CharField(
        label=_("Name"),
        help_text=_("Stands in the side bar. Where it is empty, the address does."),
        max_length=120,
        required=False,
    )
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
