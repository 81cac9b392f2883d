"""What is asked about boards, phases and templates."""

import re
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.projects.models import Board

MOST_TASKS, MOST_DAYS = 200, 3650
# "Order the parts (5)": a task that is due five days after the first one
LINE = re.compile(r"^(?P<sub>[-–•*]\s*)?(?P<name>.*?)(?:\s*\((?P<days>\d{1,4})\))?$")


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


def read_tasks(text: str) -> list[dict[str, Any]]:
    """The tasks of a text, as a template keeps them."""
    found: list[dict[str, Any]] = []
    for line in text.splitlines():
        match = LINE.match(line.strip())
        name = match["name"].strip()[:200] if match else ""
        if not match or not name:
            continue
        days = min(int(match["days"]), MOST_DAYS) if match["days"] else None
        if match["sub"] and found:
            found[-1]["tasks"].append({"name": name, "days": days})
        else:
            found.append({"name": name, "days": days, "tasks": []})
    return found


def write_tasks(tasks: Sequence[dict[str, Any]]) -> str:
    """The text of a template's tasks, as people change it."""
    lines = []
    for each in tasks:
        lines.append(_line(each))
        lines += [f"- {_line(one)}" for one in each.get("tasks", [])]
    return "\n".join(lines)


def _line(task: dict[str, Any]) -> str:
    days = task.get("days")
    return str(task["name"]) if days is None else f"{task['name']} ({days})"
