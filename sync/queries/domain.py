"""What is said about a mailbox's domain: SPF, DKIM, DMARC, each with its remedy."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from inbox.models import Mailbox
from sync.models import Connection
from sync.providers.domain import Verdict

KINDS = ("spf", "dkim", "dmarc")


@dataclass(frozen=True, slots=True)
class Mark:
    """One verdict as a label: `state` good, warn, bad or nothing."""

    text: str
    state: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A mailbox's domain; no marks where it was never looked at, or DNS did not answer."""

    name: str
    marks: list[Mark]
    checked_at: datetime | None

    @property
    def remedy(self) -> str:
        """What to do first."""
        return next((mark.remedy for mark in self.marks if mark.remedy), "")


def domain(mailbox: Mailbox, connection: Connection) -> Domain:
    """What was last found out about the domain that this mailbox sends from."""
    name = mailbox.address.rpartition("@")[2]
    known: dict[str, Any] = connection.domain
    marks = [
        _mark(kind, verdict, name)
        for kind, verdict in sorted(known.items(), key=lambda item: KINDS.index(item[0]))
        if verdict != Verdict.UNCHECKED
    ]
    return Domain(name, marks, connection.domain_at)


def _mark(kind: str, verdict: str, name: str) -> Mark:
    title = kind.upper()
    if verdict == Verdict.GOOD:
        return Mark(title, "good", "")
    text, state, remedy = _wrong(kind, verdict)
    return Mark(text % {"kind": title}, state, remedy % {"domain": name})


def _wrong(kind: str, verdict: str) -> tuple[str, str, str]:
    if verdict == Verdict.TWICE:
        remedy = _("%(domain)s has two such records, and receivers ignore both. Keep one.")
        return _("%(kind)s twice"), "bad", remedy
    if verdict == Verdict.OPEN:
        remedy = _("The SPF record of %(domain)s ends in +all. End it in -all or ~all.")
        return _("%(kind)s lets everybody send"), "bad", remedy
    if verdict == Verdict.WATCHES:
        remedy = _("Once your mail passes, change p=none to p=quarantine at _dmarc.%(domain)s.")
        return _("%(kind)s asks for nothing"), "warn", remedy
    remedies = {
        "spf": _("Add a TXT record to %(domain)s that says who may send: your provider names it."),
        "dkim": _(
            "No key under the usual names of %(domain)s. Switch signing on at your provider."
        ),
        "dmarc": _("Add a TXT record at _dmarc.%(domain)s: v=DMARC1; p=none to begin with."),
    }
    return _("No %(kind)s"), "warn", remedies[kind]
