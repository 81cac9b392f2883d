"""A mailbox as whoever helps may see it: settings, positions and counts, no secret and no mail.

Only what is listed here is told, never whole rows; and of texts that users or servers wrote,
addresses are left out.
"""

import platform
import re
from datetime import datetime
from typing import Any

import django
from django.db import connections
from django.db.models import Count, QuerySet

from crm.timeline.models import Event
from inbox.models import Folder, LedgerEntry, Mailbox, Outgoing, PendingChange
from sync.models import Connection, FolderCursor, Repair, Schedule
from sync.queries import diary, story

ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")
HIDDEN = "[address]"
SERVERS = (
    "imap_host",
    "imap_port",
    "imap_security",
    "smtp_host",
    "smtp_port",
    "smtp_security",
    "allows_plain",
    "caps",
    "domain",
    "domain_at",
    "files_own_sent",
    "created_at",
)
BOX = (
    "uid",
    "provider",
    "kind",
    "visibility",
    "state",
    "state_reason",
    "sync_from",
    "mirror_read",
    "mirror_archive",
    "mirror_delete",
    "complete_until",
    "last_ok_at",
    "created_at",
)
LANE = (
    "lane",
    "is_enabled",
    "due_at",
    "hot_until",
    "lease_until",
    "fence",
    "retry_at",
    "fail_code",
    "fail_count",
    "last_ok_at",
    "folders_at",
    "is_behind",
    "heard_until",
)
FOLDER = (
    "uid",
    "display",
    "role",
    "is_selectable",
    "is_synced",
    "generation",
    "total",
    "parked_until",
    "parked_reason",
    "missing_since",
)
CURSOR = (
    "cursor",
    "page",
    "snapshot_page",
    "snapshot_started_at",
    "history_done_at",
    "renumbered",
    "renumbered_on",
    "failures",
    "checked_at",
    "last_ok_at",
)
COMPARED = ("kind", "state", "asked_at", "started_at", "ended_at", "findings")


def diagnostics(mailbox: Mailbox, *, at: datetime) -> dict[str, Any]:
    """Everything that helps to find out what is wrong, as plain JSON, in a dozen queries."""
    told = {
        "made_at": at,
        "versions": _versions(),
        "mailbox": _only(mailbox, BOX),
        "servers": _servers(mailbox),
        "lanes": _rows(Schedule.objects.filter(mailbox=mailbox).order_by("lane"), LANE),
        "folders": _folders(mailbox),
        "decisions": _decisions(mailbox),
        "outbox": _outbox(mailbox),
        "changes_to_tell": _waiting(mailbox),
        "events": _events(mailbox),
        "comparisons": _rows(
            Repair.objects.filter(mailbox=mailbox).order_by("-asked_at")[:5], COMPARED
        ),
        "runs": diary.last([(mailbox.workspace_id, mailbox.pk)])[0],
    }
    found: dict[str, Any] = plain(told)
    return found


def plain(value: Any) -> Any:
    """Values that JSON knows, at any depth, with addresses hidden in every text."""
    if isinstance(value, dict):
        return {hide(str(name)): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bool | int | float | None):
        return value
    return hide(value.isoformat() if isinstance(value, datetime) else str(value))


def hide(text: str) -> str:
    """The text without mail addresses."""
    return ADDRESS.sub(HIDDEN, text)


def _versions() -> dict[str, str]:
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = str(cursor.fetchone()[0])
    return {
        "python": platform.python_version(),
        "django": django.get_version(),
        "postgresql": server,
        "system": platform.system(),
    }


def _only(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _rows(rows: QuerySet[Any], names: tuple[str, ...]) -> list[dict[str, Any]]:
    return list(rows.values(*names))


def _servers(mailbox: Mailbox) -> dict[str, Any]:
    """How it is reached; of the user name only whether it is the address."""
    found = Connection.objects.filter(mailbox=mailbox).first()
    if found is None:
        return {}
    same = found.username.lower() == mailbox.address.lower()
    chosen = None if found.folders is None else len(found.folders)
    return _only(found, SERVERS) | {"username_is_address": same, "chosen_folders": chosen}


def _folders(mailbox: Mailbox) -> list[dict[str, Any]]:
    cursors = {
        row.pop("folder"): row
        for row in FolderCursor.objects.filter(mailbox=mailbox).values("folder", *CURSOR)
    }
    rows = Folder.objects.filter(mailbox=mailbox).order_by("pk").values("pk", *FOLDER)
    return [row | {"position": cursors.get(row.pop("pk"))} for row in rows]


def _decisions(mailbox: Mailbox) -> list[dict[str, Any]]:
    rows = LedgerEntry.objects.filter(mailbox=mailbox).order_by("folder", "decision", "reason")
    return list(rows.values("folder__uid", "decision", "reason").annotate(count=Count("pk")))


def _outbox(mailbox: Mailbox) -> list[dict[str, Any]]:
    rows = Outgoing.objects.filter(mailbox=mailbox).order_by("state", "stage", "error_code")
    return list(rows.values("state", "stage", "error_code").annotate(count=Count("pk")))


def _waiting(mailbox: Mailbox) -> list[dict[str, Any]]:
    rows = PendingChange.objects.filter(mailbox=mailbox, done_at=None).order_by("op")
    return list(rows.values("op", "failed_at").annotate(count=Count("pk")))


def _events(mailbox: Mailbox) -> list[dict[str, Any]]:
    rows = Event.objects.filter(
        verb__in=list(story.TOLD), about__kind="mailbox", about__object_id=mailbox.pk
    ).order_by("-at", "-pk")[:50]
    known = ("code", "count")
    return [
        {"at": row.at, "verb": row.verb} | {k: row.data[k] for k in known if k in row.data}
        for row in rows
    ]
