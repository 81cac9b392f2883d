"""From a request to an opened workspace: who asks, where, and whether they belong there."""

import zoneinfo
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import split_domain_port
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control

from crm.workspaces import actions, directory, policy, presence, tenancy, trail
from crm.workspaces.models import ApiToken, Membership, User, Workspace

Handler = Callable[[HttpRequest], HttpResponseBase]
# A stretch of work is noted once; more often would be a write for every page
NOTED_FOR = timedelta(minutes=5)
OPEN_ON_CONTENT_HOST = ("/content/", "/api/", "/static/", "/livez", "/readyz", "/metrics")


class MemberRequest(HttpRequest):
    """A request inside a workspace: what a page's view is given."""

    user: User
    member: Membership
    workspace: Workspace
    token: ApiToken | None


class OriginMiddleware:
    """Pages on one origin, what outsiders wrote on another; cookies live on the first only."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.site = split_domain_port(settings.SITE_HOST)
        self.content = split_domain_port(settings.CONTENT_HOST)
        self.apart = self.content != self.site

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self.apart:
            on_content = self._is_content(request.get_host())
            if on_content and not request.path.startswith(OPEN_ON_CONTENT_HOST):
                if request.method in ("GET", "HEAD"):
                    return redirect(settings.SITE_URL + request.get_full_path())
                return HttpResponse(status=404)
            if not on_content and request.path.startswith("/content/"):
                return redirect(settings.CONTENT_URL + request.get_full_path())
        return self.get_response(request)

    def _is_content(self, host: str) -> bool:
        """Whether a host is the content origin's, however it is written and at whatever port.

        Only where both origins have one name the port tells them apart.
        """
        asked = split_domain_port(host)
        if self.content[0] != self.site[0]:
            return asked[0] == self.content[0]
        return asked == self.content


class PreferencesMiddleware:
    """The language and the clock of whoever is signed in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        signed_in = (
            settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        )
        if signed_in:
            user = cast(User, request.user)
            language, zone = user.language, user.time_zone
            presence.note(request, at=timezone.now())
        else:
            language = translation.get_language_from_request(request)
            zone = settings.TIME_ZONE
        with translation.override(language), timezone.override(_zone(zone)):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if signed_in and request.user is not None and not request.user.is_authenticated:
            # Whoever takes the chair next finds no page of this one by going back
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


class AccountMiddleware:
    """Pages of an account show recovery codes and other secrets: no browser keeps one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith("/accounts/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class WorkspaceMiddleware:
    """Opens the workspace named first in the path, for its members; for others it is not there."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        slug = _slug(request)
        if slug is None:
            return self.get_response(request)
        if "%00" in request.META.get("QUERY_STRING", ""):
            # No text that PostgreSQL keeps has this character, so nothing can be meant by it
            raise BadRequest("a NUL character in the address")
        if not request.user.is_authenticated:
            if request.headers.get("Accept") == "text/event-stream":
                # Ends a stream for good (WHATWG HTML 9.2); the page finds out why
                return HttpResponse(status=204)
            return redirect_to_login(request.get_full_path())
        member = directory.membership(request.user, slug)
        if member is None:
            raise Http404
        here = enter(request, member, member.workspace)
        stopped = policy.stop(request, member, timezone.now())
        if stopped is not None:
            return stopped
        _note_use(here)
        response = _inside(self.get_response, here)
        patch_cache_control(response, private=True)
        return response


class ApiMiddleware:
    """Opens the workspace of the bearer token; without one the request goes on and is refused."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        found = directory.token(secret, timezone.now()) if scheme.lower() == "bearer" else None
        if found is None:
            return self.get_response(request)
        here = enter(request, found.member, found.workspace, token=found)
        if _is_long_ago(found.last_used_at, NOTED_FOR):
            actions.note_token_use(token=found, at=timezone.now())
        with trail.with_token(found.name):
            return _inside(self.get_response, here)


def enter(
    request: HttpRequest,
    member: Membership,
    workspace: Workspace,
    token: ApiToken | None = None,
) -> MemberRequest:
    """Say on the request who asks and where."""
    here = cast(MemberRequest, request)
    here.member, here.workspace, here.token = member, workspace, token
    return here


def _note_use(request: MemberRequest) -> None:
    """Remember where the user works, for the next time he comes without an address."""
    moved = request.session.get("workspace") != request.workspace.slug
    if moved:
        request.session["workspace"] = request.workspace.slug
    if moved or _is_long_ago(request.member.last_used_at, NOTED_FOR):
        actions.note_use(member=request.member, at=timezone.now())


def _is_long_ago(at: datetime | None, span: timedelta) -> bool:
    return at is None or timezone.now() - at > span


def _inside(get_response: Handler, request: MemberRequest) -> HttpResponseBase:
    """Answer, and render, with the workspace open.

    A view that talks to the network is marked `non_atomic_requests` and makes its own
    transactions; the guard refuses to connect inside one.
    """
    with tenancy.open_workspace(request.workspace.pk):
        if _leaves_transactions_alone(request):
            return get_response(request)
        with transaction.atomic():
            response = get_response(request)
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response = response.render()
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


def _leaves_transactions_alone(request: HttpRequest) -> bool:
    match = _match(request)
    view = match.func if match is not None else None
    return "default" in getattr(view, "_non_atomic_requests", set())


def _slug(request: HttpRequest) -> str | None:
    match = _match(request)
    return match.kwargs.get("workspace") if match is not None else None


def _match(request: HttpRequest) -> ResolverMatch | None:
    """The view that is asked for, looked up once for all who ask before it is called."""
    if request.resolver_match is None:
        try:
            request.resolver_match = resolve(request.path_info)
        except Resolver404:
            return None
    return request.resolver_match
