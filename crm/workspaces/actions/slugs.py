"""How a new workspace is called in its addresses."""

from django.utils.text import slugify

from crm.workspaces.models import Workspace

# First segments of our own addresses, which no workspace may take
RESERVED = frozenset(
    [
        "accounts",
        "admin",
        "api",
        "content",
        "docs",
        "events",
        "favicon.ico",
        "healthz",
        "invitations",
        "livez",
        "metrics",
        "new",
        "readyz",
        "static",
        "t",
        "workspaces",
    ]
)


def free_slug(name: str) -> str:
    """The name as an address that no other workspace has."""
    base = slugify(name)[:40].strip("-") or "workspace"
    candidate, number = base, 1
    while (
        candidate in RESERVED or Workspace.objects.using("system").filter(slug=candidate).exists()
    ):
        number += 1
        candidate = f"{base}-{number}"
    return candidate
