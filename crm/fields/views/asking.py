"""A workspace's own fields among what is asked about a new record."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from crm.fields import actions, queries, values
from crm.fields.facts import Fact
from crm.fields.views.kinds import Kind, Refused
from crm.fields.views.reading import Part, read_part
from crm.workspaces.middleware import MemberRequest


class Own:
    """The own fields that must be filled, what was typed into them, and what is wrong with it."""

    def __init__(self, request: MemberRequest, kind: Kind) -> None:
        self.request, self.kind = request, kind
        facts = [fact for fact in queries.facts_of(kind.model).values() if fact.custom]
        # Those that a stage asked for are there once more when they come back
        self.asked = [fact for fact in facts if fact.required or self._part(fact)]
        self.values: dict[str, Any] = {}
        self.errors: dict[str, str] = {}

    def _part(self, fact: Fact) -> Part:
        return Part(self.request.POST, f"own-{fact.name}-")

    def ask(self, facts: Iterable[Fact]) -> None:
        """Ask for these too."""
        known = {fact.name for fact in self.asked}
        self.asked += [fact for fact in facts if fact.name not in known]

    def read(self) -> None:
        """Fill `values` with what was typed, and `errors` where it does not fit."""
        for fact in self.asked:
            try:
                value = read_part(self.request, self.kind, fact, self._part(fact))
            except (Refused, values.Unfit) as error:
                self.errors[fact.name] = str(error)
                continue
            if value is not None:
                self.values[fact.name] = value

    def lines(self) -> list[tuple[Fact, str, Any, str]]:
        """Each field with the prefix of its names, what was typed, and what is wrong with it."""
        return [
            (fact, f"own-{fact.name}-", self._part(fact) or None, self.errors.get(fact.name, ""))
            for fact in self.asked
        ]


def lacking(error: actions.Lacking) -> str:
    """Which fields are asked for, for people."""
    names = ", ".join(str(fact.label) for fact in error.facts)
    return _("Fill these in first: %(names)s.") % {"names": names}
