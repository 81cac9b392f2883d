"""Groups of conditions, as the filter builder knows them."""

from dataclasses import dataclass, field
from typing import Any

from crm.fields import filters
from crm.fields.facts import Fact
from crm.fields.views import words

JOINS = ("all", "any")
# Asked with names of records instead of ticks
NAMED = ("person", "organization")


@dataclass
class Condition:
    """One line of the builder."""

    fact: Fact
    how: str
    values: list[str] = field(default_factory=list)
    choices: list[tuple[str, Any]] = field(default_factory=list)
    # Of a record that is named: which one
    uid: str = ""

    @property
    def control(self) -> str:
        """Which control its value needs: none, ticks, period, yes_no, named, two or one."""
        if self.how in ("empty", "not_empty"):
            return "none"
        if self.how == "within":
            return "period"
        if self.fact.type == "yes_no":
            return "yes_no"
        if self.choices:
            return "ticks"
        if self.fact.type in NAMED:
            return "named"
        return "two" if self.how == "between" else "one"

    @property
    def input(self) -> str:
        return "date" if self.fact.type in ("date", "moment") else "text"

    @property
    def hows(self) -> list[tuple[str, Any]]:
        return [(how, words.HOW[how]) for how in filters.OPERATORS[self.fact.type]]

    @property
    def first(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def second(self) -> str:
        return self.values[1] if len(self.values) > 1 else ""


@dataclass
class Group:
    """Conditions of which all must hold, or any one."""

    joined: str
    conditions: list[Condition]
