"""What is asked about a new project, and about a task."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.fields.forms import NamedField
from crm.projects.models import Phase, Template
from crm.workspaces.models import Membership

DAY = {"type": "date"}


class ProjectForm(forms.Form):
    """A title, where it stands, when it is due and for whom."""

    name = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    phase = forms.ChoiceField(label=gettext_lazy("Phase"))
    template = forms.ChoiceField(
        label=gettext_lazy("Template"),
        required=False,
        help_text=gettext_lazy("Its tasks are there from the beginning."),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("Starts"), required=False, widget=forms.DateInput(attrs=DAY)
    )
    due_on = forms.DateField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateInput(attrs=DAY)
    )
    organization = NamedField(
        label=gettext_lazy("Organization"),
        required=False,
        help_text=gettext_lazy("One that is not there yet is made."),
    )
    person = NamedField(
        label=gettext_lazy("Person"),
        required=False,
        help_text=gettext_lazy("Somebody who is not there yet is made."),
    )

    def __init__(
        self, *args: Any, phases: Sequence[Phase], templates: Sequence[Template], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.phases = {str(phase.uid): phase for phase in phases}
        self.templates = {str(template.uid): template for template in templates}
        several = len({phase.board_id for phase in phases}) > 1
        field = cast(forms.ChoiceField, self.fields["phase"])
        field.choices = [
            (uid, f"{phase.board.name}: {phase.name}" if several else phase.name)
            for uid, phase in self.phases.items()
        ]
        none = [("", _("Without a template"))]
        field = cast(forms.ChoiceField, self.fields["template"])
        field.choices = none + [(uid, row.name) for uid, row in self.templates.items()]
        if not templates:
            del self.fields["template"]

    def chosen_phase(self) -> Phase:
        return self.phases[self.cleaned_data["phase"]]

    def chosen_template(self) -> Template | None:
        return self.templates.get(self.cleaned_data.get("template", ""))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("starts_on"), given.get("due_on")
        if first and last and last < first:
            self.add_error("due_on", _("It cannot be due before it starts."))
        return given


class TaskForm(forms.Form):
    """A task: what, until when, by whom."""

    name = forms.CharField(label=gettext_lazy("Task"), max_length=200)
    due_on = forms.DateField(
        label=gettext_lazy("Due"), required=False, widget=forms.DateInput(attrs=DAY)
    )
    assignee = forms.ChoiceField(label=gettext_lazy("By whom"), required=False)

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(member.uid): member for member in members}
        field = cast(forms.ChoiceField, self.fields["assignee"])
        choices = [("", _("Nobody"))]
        field.choices = choices + [(uid, row.name) for uid, row in self.members.items()]

    def values(self) -> dict[str, Any]:
        """What was typed, by column."""
        given = self.cleaned_data
        assignee = self.members.get(given["assignee"])
        return {"name": given["name"], "due_on": given["due_on"], "assignee": assignee}
