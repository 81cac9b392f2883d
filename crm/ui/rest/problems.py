"""Errors as application/problem+json (RFC 9457), naming the field at fault."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

ABSENT = "absent"
CONTENT_TYPE = "application/problem+json"


class Absent(exceptions.ValidationError):
    """A row that a field names is not there, or not for whoever asks: answered with 404."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing with this id."), code=ABSENT)


class Conflict(exceptions.APIException):
    """The request is right, but not in the present state of things."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    default_detail = gettext_lazy("This cannot be done in its present state.")


class TooBig(exceptions.APIException):
    """More bytes than we take at once."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_big"
    default_detail = gettext_lazy("The request is too big.")


class Mismatch(exceptions.APIException):
    """The same key came with another request."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "key_reused"
    default_detail = gettext_lazy("This Idempotency-Key was used for another request.")


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer for an error; what we did not foresee is None and stays a 500."""
    error = _known(error)
    response = exception_handler(error, dict(context))
    if response is None:
        return None
    errors = _errors(error)
    lacking = bool(errors) and all(each["code"] == ABSENT for each in errors)
    return problem(
        404 if lacking else response.status_code,
        _("Not found") if lacking else _title(error),
        _detail(error),
        errors,
        {key: value for key, value in response.items() if key != "Content-Type"},
    )


def problem(
    code: int,
    title: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document; `errors` names the fields at fault."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": code}
    body["detail"] = _writable(detail)[:500]
    if errors:
        body["errors"] = errors
    return Response(body, status=code, headers=dict(headers or {}), content_type=CONTENT_TYPE)


def _known(error: Exception) -> Exception:
    if isinstance(error, ModelError):
        return exceptions.ValidationError(getattr(error, "message_dict", None) or error.messages)
    if isinstance(error, RequestDataTooBig):
        return TooBig()
    if isinstance(error, SuspiciousOperation):
        return exceptions.ParseError()
    return error


def _title(error: Exception) -> str:
    if isinstance(error, exceptions.ValidationError):
        return _("The request has errors")
    if isinstance(error, Http404 | exceptions.NotFound):
        return _("Not found")
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return _("Not allowed")
    # Some of DRF's words have a place for what was asked: they are whole in the detail alone
    words = str(getattr(error, "default_detail", error))
    return _detail(error) if "{" in words else words


def _detail(error: Exception) -> str:
    if isinstance(error, exceptions.ValidationError):
        return " ".join(f"{e['field']}: {e['message']}".lstrip(": ") for e in _errors(error))
    if isinstance(error, Http404 | exceptions.NotFound):
        return _("There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        return _("Your role does not allow this.")
    return str(getattr(error, "detail", error))


def _errors(error: Exception) -> list[dict[str, str]]:
    if isinstance(error, exceptions.ValidationError):
        return list(_fields(error.get_full_details()))
    return []


def _fields(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Walk DRF's nested details: lists of errors, dicts of fields, dicts of one error."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        message, code = _writable(details["message"]), _writable(details["code"])
        yield {"field": _writable(path)[:200], "message": message, "code": code}
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


def _writable(text: Any) -> str:
    # Half of a surrogate pair can be read from JSON but not written as UTF-8
    return str(text).encode("utf-8", "replace").decode()
