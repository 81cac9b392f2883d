"""A fault of ours, told in the form the caller expects and without its details."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.defaults import server_error
from rest_framework.renderers import JSONRenderer

from crm.ui.rest import problems

AWAY = (OperationalError, InterfaceError)
# Seconds after which asking again may help
PAUSE = 5


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away: a problem document for programs, else a page."""
    away = isinstance(sys.exc_info()[1], AWAY)
    answer = _problem(away) if request.path.startswith("/api/") else _page(request, away)
    if away:
        answer.headers["Retry-After"] = str(PAUSE)
    return answer


def _page(request: HttpRequest, away: bool) -> HttpResponse:
    if not away:
        return server_error(request)
    answer = server_error(request, "503.html")
    answer.status_code = 503
    return answer


def _problem(away: bool) -> HttpResponse:
    code, title = (503, _("Back in a moment")) if away else (500, _("Something broke on our side"))
    told = problems.problem(code, title, _("Nothing was changed. It is safe to try again."))
    return HttpResponse(
        JSONRenderer().render(told.data), status=code, content_type=problems.CONTENT_TYPE
    )
