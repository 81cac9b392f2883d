"""From a token to an opened workspace, for programs."""

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from crm.workspaces import actions, directory, trail
from crm.workspaces.middleware.entering import NOTED_FOR, Handler, enter, inside, is_long_ago


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
        if is_long_ago(found.last_used_at, NOTED_FOR):
            actions.note_token_use(token=found, at=timezone.now())
        with trail.with_token(found.name):
            return inside(self.get_response, here)
