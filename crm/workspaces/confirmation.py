"""Asking once more who it is, before something delicate is done.

Whoever proved it in the last minutes is not asked. Otherwise the form waits in the
session, which only its browser can open, and is carried on after the proof.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, resolve_url
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode

from crm.workspaces.models import User

WAITING = "waits_for_confirmation"
# Characters of a form that are kept; a longer one is filled in again
LONGEST = 20_000
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def required(
    *, when: Callable[[Any], bool] | None = None, also_get: bool = False
) -> Callable[[View], View]:
    """A view whose POST (with `also_get` also its page) asks for a fresh proof.

    With `when` only the requests it says yes to do.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def asking(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "GET" and is_fresh(request):
                _carry_on(request)
            asks = request.method == "POST" or (also_get and request.method == "GET")
            if asks and not is_fresh(request) and (when is None or when(request)):
                return _ask(request)
            return view(request, *args, **kwargs)

        return cast(View, asking)

    return decorate


def is_fresh(request: HttpRequest) -> bool:
    """Whether this browser signed in or confirmed it within five minutes."""
    user = request.user
    assert isinstance(user, User)
    records = get_authentication_records(request, user)
    latest = max((float(record.get("at", 0)) for record in records), default=0.0)
    return time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT


def _ask(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        body = request.POST.urlencode()
        request.session[WAITING] = {"path": request.path, "body": body[:LONGEST]}
    methods = get_adapter().get_reauthentication_methods(request.user)
    place = methods[0]["url"] if methods else resolve_url("account_login")
    address = f"{place}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _carry_on(request: Any) -> None:
    """Make the request the form that waited for the proof, once."""
    waiting = request.session.get(WAITING)
    if waiting is None or waiting["path"] != request.path:
        return
    del request.session[WAITING]
    request.method = "POST"
    request._post, request._files = QueryDict(waiting["body"]), MultiValueDict()
