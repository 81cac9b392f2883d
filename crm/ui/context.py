"""What every page of the shell shows."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from crm.workspaces import policy

SIDES = ("full", "rail")
DENSITIES = ("roomy", "compact")
FACTS = ("on", "off")
MORE = ("off", "on")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The member, the workspace, and `shell`: the reader's and this browser's choices of look."""
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", "system")
    return {
        "member": getattr(request, "member", None),
        "workspace": getattr(request, "workspace", None),
        "site_url": settings.SITE_URL,
        "content_url": settings.CONTENT_URL,
        "second_step_since": _asks_for_second_step(request),
        "mail_is_sent": settings.MAIL_IS_SENT,
        "shell": {
            "theme": "" if theme == "system" else theme,
            "tells": getattr(user, "browser_tells", "nothing"),
            "single_keys": getattr(user, "single_keys", True),
            "side": _choice(request, "side", SIDES),
            "density": _choice(request, "density", DENSITIES),
            "facts": _choice(request, "facts", FACTS),
            "more": _choice(request, "more", MORE),
        },
    }


def _asks_for_second_step(request: HttpRequest) -> datetime | None:
    """When the workspace begins to ask for what the member has not set up yet."""
    member: Any = getattr(request, "member", None)
    if member is None or request.headers.get("HX-Request") or not policy.should_set_up(member):
        return None
    since: datetime = member.workspace.second_step_from
    return since


def _choice(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    """A cookie is written by the page's scripts, so only known words are believed."""
    value = request.COOKIES.get(f"fio_{name}", "")
    return value if value in known else known[0]
