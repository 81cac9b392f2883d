"""What a workspace asks of the account that comes in."""

from django.http import HttpRequest, HttpResponseBase

from crm.workspaces.middleware.entering import Handler


class AccountMiddleware:
    """Pages of an account show recovery codes and other secrets: no browser keeps one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith("/accounts/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
