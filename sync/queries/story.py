"""What happened to a mailbox: connected, paused, failing, well again, overruled, compared."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.timeline.models import Event
from inbox.models import Mailbox
from sync.queries import words

MOST = 20


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the story; `state` is good, bad, warn or nothing."""

    title: str
    detail: str
    state: str
    at: datetime
    by: str


def story(mailbox: Mailbox, *, most: int = MOST) -> list[Happening]:
    """The last things that happened to a mailbox, newest first, in two queries at most."""
    rows = (
        Event.objects.filter(
            verb__in=list(TOLD), about__kind="mailbox", about__object_id=mailbox.pk
        )
        .select_related("by")
        .order_by("-at", "-pk")[:most]
    )
    return [_line(event) for event in rows]


def _line(event: Event) -> Happening:
    title, detail, state = _told(event.verb, event.data)
    by = event.by.name if event.by else ""
    return Happening(title, detail, state, event.at, by or _operator(event.data))


def _operator(data: dict[str, Any]) -> str:
    return _("the operators of this installation") if data.get("operator") else ""


# What is told of, and how it is meant
TOLD = {
    "mailbox.connected": "",
    "mailbox.changed": "",
    "mailbox.given_to_team": "",
    "mailbox.given_to_member": "",
    "mailbox.paused": "warn",
    "mailbox.resumed": "",
    "mailbox.imported": "good",
    "mailbox.failed": "bad",
    "mailbox.recovered": "good",
    "mailbox.needs_sign_in": "bad",
    "mailbox.compared": "",
    "mailbox.mended": "good",
    "mailbox.kicked": "",
    "ledger.overruled": "",
}


def _told(verb: str, data: dict[str, Any]) -> tuple[str, str, str]:
    """Title, detail and state of one event."""
    count = int(data.get("count", 0))
    titles = {
        "mailbox.connected": _("Connected"),
        "mailbox.changed": _("Settings changed"),
        "mailbox.given_to_team": _("Became a team’s"),
        "mailbox.given_to_member": _("Became the own one of %(name)s")
        % {"name": data.get("owner", "")},
        "mailbox.paused": _("Paused"),
        "mailbox.resumed": _("Went on"),
        "mailbox.imported": _("All older mail is in"),
        "mailbox.failed": _("Could not be read"),
        "mailbox.recovered": _("Well again"),
        "mailbox.needs_sign_in": _("Asked for a new sign-in"),
        "mailbox.compared": _("Compared with the server"),
        "mailbox.mended": _("Mended"),
        "mailbox.kicked": _("Read at once"),
        "ledger.overruled": ngettext(
            "%(count)s message brought in anyway", "%(count)s messages brought in anyway", count
        )
        % {"count": count},
    }
    detail = words.trouble(data["code"]).what if data.get("code") else ""
    if verb in ("mailbox.compared", "mailbox.mended"):
        found = ngettext("%(count)s difference", "%(count)s differences", count)
        detail = found % {"count": count} if count else _("No difference")
    return titles[verb], detail, TOLD[verb]
