"""Errors as application/problem+json (RFC 9457), naming the field at fault."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's own answer, in the standard shape; what we did not foresee stays a 500."""
    if isinstance(error, ModelError):
        error = exceptions.ValidationError(getattr(error, "message_dict", None) or error.messages)
    response = exception_handler(error, dict(context))
    if response is None:
        return None
    title = _title(error)
    body: dict[str, Any] = {"title": title, "status": response.status_code, "detail": title}
    if isinstance(error, exceptions.ValidationError):
        body["errors"] = list(_fields(error.get_full_details()))
        body["detail"] = " ".join(item["message"] for item in body["errors"])[:500]
    elif isinstance(error, exceptions.APIException):
        body["detail"] = str(error.detail)
    return Response(
        body,
        status=response.status_code,
        headers={key: value for key, value in response.items() if key != "Content-Type"},
        content_type="application/problem+json",
    )


def _title(error: Exception) -> str:
    if isinstance(error, exceptions.ValidationError):
        return "The request has errors"
    if isinstance(error, Http404):
        return "Not found"
    if isinstance(error, PermissionDenied):
        return "Not allowed"
    return str(getattr(error, "default_detail", error))


def _fields(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Walk DRF's nested details: lists of errors, dicts of fields, dicts of one error."""
    if isinstance(details, Mapping) and set(details) == {"message", "code"}:
        yield {"field": path, "message": str(details["message"]), "code": str(details["code"])}
    elif isinstance(details, Mapping):
        for key, inner in details.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from _fields(inner, f"{path}.{name}".strip(".") if name else path)
    else:
        for position, inner in enumerate(details):
            nested = isinstance(inner, Mapping) and set(inner) != {"message", "code"}
            yield from _fields(inner, f"{path}[{position}]" if nested else path)
