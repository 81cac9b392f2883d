"""Pages and contents of strangers come from two origins."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import split_domain_port
from django.shortcuts import redirect

from crm.workspaces.middleware.entering import Handler

OPEN_ON_CONTENT_HOST = ("/content/", "/api/", "/static/", "/livez", "/readyz", "/metrics")


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
