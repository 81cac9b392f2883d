"""What stands behind every address that is none."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.renderers import JSONRenderer

from crm.ui.rest import problems


@csrf_exempt
def nothing_here(request: HttpRequest, **rest: Any) -> HttpResponseBase:
    """404 as a problem document; an address that lacks only its last slash is sent there (308)."""
    path = request.path_info
    if not path.endswith("/") and _resolves(f"{path}/"):
        query = request.META.get("QUERY_STRING", "")
        answer = HttpResponseRedirect(f"{path}/?{query}" if query else f"{path}/")
        answer.status_code = 308
        return answer
    told = problems.problem(404, _("Not found"), _("There is nothing at this address."))
    return HttpResponse(
        JSONRenderer().render(told.data), status=404, content_type=problems.CONTENT_TYPE
    )


def _resolves(path: str) -> bool:
    try:
        return resolve(path).func is not nothing_here
    except Resolver404:
        return False
