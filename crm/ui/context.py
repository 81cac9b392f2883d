"""What every page of the shell shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

SIDES = ("full", "rail")
DENSITIES = ("roomy", "compact")
FACTS = ("on", "off")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The member, the workspace, and `shell`: the reader's and this browser's choices of look."""
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", "system")
    return {
        "member": getattr(request, "member", None),
        "workspace": getattr(request, "workspace", None),
        "site_url": settings.SITE_URL,
        "content_url": settings.CONTENT_URL,
        "mail_is_sent": settings.MAIL_IS_SENT,
        "shell": {
            "theme": "" if theme == "system" else theme,
            "single_keys": getattr(user, "single_keys", True),
            "side": _choice(request, "side", SIDES),
            "density": _choice(request, "density", DENSITIES),
            "facts": _choice(request, "facts", FACTS),
        },
    }


def _choice(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    """A cookie is written by the page's scripts, so only known words are believed."""
    value = request.COOKIES.get(f"fio_{name}", "")
    return value if value in known else known[0]
