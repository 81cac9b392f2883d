"""What every page of the shell shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The member, the workspace and the preferences, where there are any."""
    member = getattr(request, "member", None)
    return {
        "member": member,
        "workspace": getattr(request, "workspace", None),
        "site_url": settings.SITE_URL,
        "content_url": settings.CONTENT_URL,
        "theme": getattr(request.user, "theme", "system") if hasattr(request, "user") else "system",
    }
