"""From an address to an opened workspace, for members."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_cache_control

from crm.workspaces import actions, directory, policy
from crm.workspaces.middleware.entering import (
    NOTED_FOR,
    Handler,
    MemberRequest,
    enter,
    inside,
    is_long_ago,
    matched,
)


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
        response = inside(self.get_response, here)
        patch_cache_control(response, private=True)
        return response


def _note_use(request: MemberRequest) -> None:
    """Remember where the user works, for the next time he comes without an address."""
    moved = request.session.get("workspace") != request.workspace.slug
    if moved:
        request.session["workspace"] = request.workspace.slug
    if moved or is_long_ago(request.member.last_used_at, NOTED_FOR):
        actions.note_use(member=request.member, at=timezone.now())


def _slug(request: HttpRequest) -> str | None:
    match = matched(request)
    return match.kwargs.get("workspace") if match is not None else None
