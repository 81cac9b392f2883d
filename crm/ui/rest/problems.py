"""Errors as application/problem+json (RFC 9457), naming the field at fault."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from crm.ui.rest.details import detail_of, errors_of, writable
from crm.ui.rest.refusals import ABSENT, TooBig

CONTENT_TYPE = "application/problem+json"


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The answer for an error; what we did not foresee is None and stays a 500."""
    error = _known(error)
    response = exception_handler(error, dict(context))
    if response is None:
        return None
    errors = errors_of(error)
    lacking = bool(errors) and all(each["code"] == ABSENT for each in errors)
    return problem(
        404 if lacking else response.status_code,
        _("Not found") if lacking else _title(error),
        detail_of(error),
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
    body["detail"] = writable(detail)[:500]
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
    return detail_of(error) if "{" in words else words
