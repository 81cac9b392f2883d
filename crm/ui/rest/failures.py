"""A fault of ours, told in the form the caller expects and without its details."""

from django.http import HttpRequest, HttpResponse
from django.views.defaults import server_error
from rest_framework.renderers import JSONRenderer

from crm.ui.rest import problems


def broken(request: HttpRequest) -> HttpResponse:
    """500: a problem document for programs, a page for people."""
    if not request.path.startswith("/api/"):
        return server_error(request)
    told = problems.problem(
        500, "Something broke on our side", "Nothing was changed. It is safe to try again."
    )
    return HttpResponse(
        JSONRenderer().render(told.data), status=500, content_type=problems.CONTENT_TYPE
    )
