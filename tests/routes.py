"""Every address there is, and how to fill its places with somebody's ids."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# The word before an id in an address says whose id it is
SEGMENTS = {
    "t": "thread",
    "threads": "thread",
    "m": "message",
    "messages": "message",
    "file": "attachment",
    "attachments": "attachment",
    "mailbox": "mailbox",
    "mailboxes": "mailbox",
    "folders": "folder",
    "entries": "entry",
    "ledger": "entry",
    "decisions": "entry",
    "drafts": "draft",
    "comment": "comment",
    "comments": "comment",
    "outbox": "outgoing",
    "outgoing": "outgoing",
    "uploads": "upload",
    "blocked": "block",
    "blocks": "block",
    "suppressed": "suppression",
    "suppressions": "suppression",
    "upload": "upload",
    "templates": "mail_template",
    "mail_templates": "mail_template",
    "person": "person",
    "people": "person",
    "organizations": "organization",
    "labels": "label",
    "mail_labels": "mail_label",
    "mail-labels": "mail_label",
    "sweeps": "sweep",
    "mail_views": "view",
    "duplicates": "likeness",
    "fields": "field",
    "views": "view",
    "deals": "deal",
    "leads": "lead",
    "projects": "project",
    "phases": "phase",
    "boards": "board",
    "tasks": "task",
    "undo": "task",
    "project_tasks": "task",
    "project-templates": "template",
    "project_templates": "template",
    "stages": "stage",
    "stage-removals": "stage_removal",
    "pipelines": "pipeline",
    "<str:kind>": "person",
    "notes": "note",
    "files": "record_file",
    "record-files": "record_file",
    "activities": "activity",
    "activity-types": "activity_type",
    "activity_types": "activity_type",
    "lost-reasons": "reason",
    "lost_reasons": "reason",
    "currencies": "currency",
    "members": "member",
    "teams": "team",
    "transfers": "transfer",
    "tokens": "token",
    "sessions": "session",
    "audit": "audit",
    "invitations": "invitation",
    "imports": "import",
    "exports": "export",
}
WORDS = {"folder": "inbox", "fact": "owner", "month": "2026-11", "kind": "person"}
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One address: `/<slug:workspace>/inbox/t/<uuid:uid>/`."""

    name: str
    pattern: str
    view: Callable[..., Any]

    @property
    def places(self) -> list[str]:
        return PLACE.findall(self.pattern)

    @property
    def is_page(self) -> bool:
        return self.pattern.startswith("/<slug:workspace>/")

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("/api/v1/")

    def has_id(self) -> bool:
        return bool(set(self.places) - {"workspace", *WORDS})

    def path(self, slug: str, ids: Mapping[str, Any]) -> str:
        """The address with every place filled; an unknown place raises KeyError."""

        def fill(found: re.Match[str]) -> str:
            place = found.group(1)
            if place == "workspace":
                return slug
            before = self.pattern[: found.start()].rstrip("/").rpartition("/")[2]
            if place in ("uid", "id"):
                return str(ids[SEGMENTS[before]])
            return str(WORDS.get(place) or ids[place])

        return PLACE.sub(fill, self.pattern)


def routes() -> list[Route]:
    """The whole URLconf, but for the patterns that catch what nothing else took."""
    return [route for route in _walk(get_resolver(), "/", "") if ".*" not in route.pattern]


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + _plain(str(entry.pattern))
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            name = f"{namespace}{entry.name}" if entry.name else pattern
            yield Route(name, pattern, entry.callback)


def _plain(pattern: str) -> str:
    """A regular expression as the simple form writes it."""
    if not pattern.startswith("^"):
        return pattern
    named = re.sub(r"\(\?P(<\w+>)[^()]*\)", r"\1", pattern)
    return named.removeprefix("^").removesuffix("$").replace("\\Z", "").replace("/?", "/")
