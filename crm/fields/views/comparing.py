"""Two records line by line, before they become one."""

from typing import Any

from django.utils.translation import gettext_lazy

from crm.fields.actions import merging
from crm.fields.facts import Fact

# Both sides keep them, so there is nothing to choose
JOINED = ("labels", "words", "emails", "phones")
ALL, ONCE, EITHER = (
    gettext_lazy("Both are kept."),
    gettext_lazy("Both have the same, so it is kept once."),
    gettext_lazy("All are kept, and what both have is kept once."),
)


def lines_of(sheet: Any, into: Any, other: Any) -> list[tuple[Fact, bool, str, Any]]:
    """Each fact with whether there is something to choose, and which one wins unless told.

    Where both sides come together, the last says in words what becomes of them.
    """
    found: list[tuple[Fact, bool, str, Any]] = []
    for fact in sheet.facts.values():
        if fact.type in JOINED:
            mine, theirs = (_each(sheet.value(row, fact)) for row in (into, other))
            if mine or theirs:
                found.append((fact, False, "both", _joined(mine, theirs)))
        elif fact.editable:
            mine, theirs = (merging.value_of(row, fact) for row in (into, other))
            wins = "other" if mine in (None, "") and theirs not in (None, "") else "into"
            if mine not in (None, "") or theirs not in (None, ""):
                found.append((fact, mine != theirs, wins, ""))
    return found


def _each(values: Any) -> set[Any]:
    """What of each value makes it the same as another: an address, a number, itself."""
    return {getattr(row, "address", None) or getattr(row, "number", row) for row in values or ()}


def _joined(mine: set[Any], theirs: set[Any]) -> Any:
    if not mine or not theirs:
        return ""
    if mine == theirs:
        return ONCE
    return EITHER if mine & theirs else ALL
