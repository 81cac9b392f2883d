"""What must be known of a record: always, or where it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm.fields import queries
from crm.fields.facts import Fact
from crm.fields.models import Record


class Lacking(Exception):
    """Fields that must be filled are empty; `facts` are which, `where` is what asks for them."""

    def __init__(self, facts: Sequence[Fact], where: str = "") -> None:
        super().__init__(", ".join(str(fact.label) for fact in facts))
        self.facts, self.where = list(facts), where


def refuse_lacking(
    model: type[Record], custom: Mapping[str, Any], *, place: int | None = None, always: bool = True
) -> None:
    """Raise Lacking where an own field is empty that is needed always, or in this place."""
    asked = [
        fact
        for fact in queries.facts_of(model).values()
        if fact.custom
        and custom.get(fact.name) is None
        and ((always and fact.required) or (place is not None and place in fact.required_in))
    ]
    if asked:
        raise Lacking(asked)


def refuse_emptied(record: Record, values: Mapping[str, Any]) -> None:
    """Raise Lacking where these own values empty a field that must be filled."""
    emptied = {key for key, value in values.items() if value is None}
    if not emptied:
        return
    place = record.place()
    asked = [
        fact
        for name, fact in queries.facts_of(type(record)).items()
        if name in emptied
        and fact.custom
        and record.custom.get(name) is not None
        and (fact.required or (place is not None and place in fact.required_in))
    ]
    if asked:
        raise Lacking(asked)
