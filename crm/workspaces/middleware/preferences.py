"""The language and the zone of whoever reads."""

import zoneinfo
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from crm.workspaces import presence
from crm.workspaces.middleware.entering import Handler
from crm.workspaces.models import User


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
