"""People as mail names them: a name and an address."""

from collections.abc import Iterable, Sequence
from typing import Any

from crm.ui.rest import counted, fields, shapes

MOST = 200


class AddressShape(shapes.Shape):
    name = fields.Text(help_text="May be empty.")
    address = fields.Text(help_text="Empty where a mail wrote a name only.")


def written(people: Iterable[Sequence[Any]]) -> list[dict[str, str]]:
    """Rows of [name, address, …] as objects."""
    return [{"name": str(person[0]), "address": str(person[1])} for person in people]


def addresses(**kwargs: Any) -> counted.Few:
    """A list of bare addresses in a request."""
    return counted.Few(
        child=fields.Address(), max_length=MOST, required=False, default=list, **kwargs
    )
