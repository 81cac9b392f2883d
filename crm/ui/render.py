"""One template per page; htmx asks for one of its named parts."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asked for less than the page; going back in history always needs all of it."""
    headers = request.headers
    if headers.get("HX-History-Restore-Request") == "true":
        return False
    return headers.get("HX-Request") == "true" and headers.get("HX-Request-Type") != "full"


def page_or_part(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, or its `{% partialdef part %}` when htmx asked for that alone."""
    name = f"{template}#{part}" if part and wants_part(request) else template
    response = render(request, name, dict(context), status=status)
    # The same address answers both ways, so no cache may keep one for the other.
    response.headers["Vary"] = "HX-Request, HX-Request-Type, HX-History-Restore-Request, Cookie"
    return response


def say(
    response: HttpResponse, text: str, *, undo: str = "", label: str = "", opens: str = ""
) -> HttpResponse:
    """Have the page say it in a toast, a refusal as one; `undo` takes it back by POST.

    What that answers takes the place of `opens`, where it is given.
    """
    said: dict[str, str | bool] = {"text": text, "undo": undo, "label": label, "opens": opens}
    if response.status_code >= 400:
        said["trouble"] = True
        if response.headers["Content-Type"].startswith("application/json"):
            # What programs read takes no place on the page
            response.headers["HX-Reswap"] = "none"
    response.headers["HX-Trigger"] = json.dumps({"fio:said": said})
    return response
