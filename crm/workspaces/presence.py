"""Where people are signed in: noted every few minutes, listed, and ended one by one."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.workspaces import trail
from crm.workspaces.models import User, UserSession
from crm.workspaces.sessions import row_name

EVERY = timedelta(minutes=5)
NOTED = "noted"
# In this order: most of them call themselves by the names below theirs as well
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Browser:
    """One signed-in browser as its owner knows it."""

    uid: UUID
    name: str
    address: str | None
    seen_at: datetime
    is_here: bool


def note(request: HttpRequest, *, at: datetime) -> None:
    """Remember that this browser was used, at most once in five minutes."""
    key, noted = request.session.session_key, request.session.get(NOTED)
    # A session that was renewed has a new name, under which it is not known yet
    if key is None or (noted and noted[0] == key[:8] and at.timestamp() - noted[1] < EVERY.seconds):
        return
    request.session[NOTED] = [key[:8], int(at.timestamp())]
    used = {
        "user": request.user,
        "seen_at": at,
        "address": trail.address(request) or None,
        "agent": request.headers.get("User-Agent", "")[:300],
    }
    UserSession.objects.update_or_create(row=row_name(key), defaults=used)


def of(user: User, *, here: str | None) -> list[Browser]:
    """The browsers a user is signed in with, this one first, then by last use."""
    rows = list(UserSession.objects.filter(user=user).order_by("-seen_at"))
    standing = set(
        Session.objects.filter(
            session_key__in=[row.row for row in rows], expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    current = row_name(here) if here else ""
    found = [
        Browser(row.uid, name(row.agent), row.address, row.seen_at, row.row == current)
        for row in rows
        if row.row in standing
    ]
    return sorted(found, key=lambda browser: not browser.is_here)


def stands(key: str) -> bool:
    """Whether a browser's session was neither ended nor ran out."""
    found = Session.objects.filter(session_key=row_name(key), expire_date__gt=timezone.now())
    return found.exists()


def end(*, user: User, uid: UUID) -> bool:
    """Sign one browser of a user out; False where it is none of his."""
    row = UserSession.objects.filter(user=user, uid=uid).first()
    if row is None:
        return False
    Session.objects.filter(session_key=row.row).delete()
    row.delete()
    return True


def name(agent: str) -> str:
    """A browser and a system as people call them, from a User-Agent header."""
    browser = next((shown for word, shown in BROWSERS if word in agent), "")
    if not browser and re.search(r"Version/\S+ .*Safari/", agent):
        browser = "Safari"
    system = next((shown for word, shown in SYSTEMS if word in agent), "")
    if not browser and not system:
        return _("A browser")
    return _("%(browser)s on %(system)s") % {
        "browser": browser or _("A browser"),
        "system": system or _("an unknown system"),
    }
