"""Shapes made of other shapes: the same fields, none of them needed."""

from copy import deepcopy
from typing import Any, cast

from crm.ui.rest import shapes


def loosened(field: Any) -> Any:
    """The same field, left out as one likes."""
    kept = ("validators", "regex")
    given = {
        name: value if name in kept else deepcopy(value)
        for name, value in field._kwargs.items()
        if name != "default"
    }
    return type(field)(*field._args, **given | {"required": False})


def shape(
    name: str, doc: str | None, parts: dict[str, Any], base: type[shapes.Shape]
) -> type[shapes.Shape]:
    made = type(name, (base,), {"__doc__": doc, "__module__": base.__module__, **parts})
    return cast(type[shapes.Shape], made)
