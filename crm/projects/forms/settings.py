"""What is asked about boards, phases and templates."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.projects.forms.steps import MOST_DAYS, MOST_TASKS, read_tasks
from crm.projects.models import Board


class NameForm(forms.Form):
    """The name of a board or a phase."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)


class TemplateForm(forms.Form):
    """A template: its name, its board, and its tasks one on a line."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    board = forms.ChoiceField(label=gettext_lazy("Board"))
    days = forms.IntegerField(
        label=gettext_lazy("Takes days"), min_value=0, max_value=MOST_DAYS, required=False
    )
    tasks = forms.CharField(
        label=gettext_lazy("Tasks"),
        required=False,
        max_length=40_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "One on a line; with a dash in front it is a subtask of the line above. A number in"
            " brackets says after how many days it is due, as in “Order the parts (5)”."
        ),
    )

    def __init__(self, *args: Any, boards: Sequence[Board], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.boards = {str(board.uid): board for board in boards}
        field = cast(forms.ChoiceField, self.fields["board"])
        field.choices = [(uid, board.name) for uid, board in self.boards.items()]

    def clean_tasks(self) -> list[dict[str, Any]]:
        found = read_tasks(self.cleaned_data["tasks"])
        if sum(1 + len(each["tasks"]) for each in found) > MOST_TASKS:
            raise ValidationError(_("At most %(most)s tasks.") % {"most": MOST_TASKS})
        return found

    def values(self) -> dict[str, Any]:
        """What was typed besides the name, by column."""
        given = self.cleaned_data
        board = self.boards[given["board"]]
        return {"board": board, "days": given["days"], "tasks": given["tasks"]}
