"""Which field is at fault, and why, in the words of a problem."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions


def detail_of(error: Exception) -> str:
    if isinstance(error, exceptions.ValidationError):
        return " ".join(f"{e['field']}: {e['message']}".lstrip(": ") for e in errors_of(error))
    if isinstance(error, Http404 | exceptions.NotFound):
        return _("There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        return _("This is not yours to change, or your role does not allow it.")
    return str(getattr(error, "detail", error))


def errors_of(error: Exception) -> list[dict[str, str]]:
    if isinstance(error, exceptions.ValidationError):
        return list(_fields(error.get_full_details()))
    return []


def _fields(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Walk DRF's nested details: lists of errors, dicts of fields, dicts of one error."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        message, code = writable(details["message"]), writable(details["code"])
        yield {"field": writable(path)[:200], "message": message, "code": code}
    elif isinstance(details, Mapping):
        for key, inner in details.items():
            yield from _fields(inner, _below(path, key))
    else:
        for position, inner in enumerate(details):
            nested = isinstance(inner, Mapping) and set(inner) != {"message", "code"}
            yield from _fields(inner, f"{path}[{position}]" if nested else path)


def _below(path: str, key: Any) -> str:
    if key == "non_field_errors":
        return path
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}".lstrip(".")


def writable(text: Any) -> str:
    # Half of a surrogate pair can be read from JSON but not written as UTF-8
    return str(text).encode("utf-8", "replace").decode()
