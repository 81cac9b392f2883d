"""What a report about mail says: came back, is late, called spam, read, or away until when."""

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.mime import reasons
from inbox.models import Message
from inbox.queries import contents

NAMED = 5  # recipients of a report that the page names
LATE, AWAY = "late", "away"

REASONS = {
    "address": gettext_lazy("the address does not exist"),
    "host": gettext_lazy("the domain takes no mail"),
    "moved": gettext_lazy("the person has moved to another address"),
    "full": gettext_lazy("the mailbox is full"),
    "closed": gettext_lazy("the mailbox is closed"),
    "size": gettext_lazy("the mail is too large"),
    "spam": gettext_lazy("it was taken for spam"),
    "refused": gettext_lazy("the server refused it"),
    "limit": gettext_lazy("the server takes no more mail for now"),
    "late": gettext_lazy("the server could not be reached"),
}
REMEDIES = {
    "address": gettext_lazy("Look for a typing error before you write again."),
    "host": gettext_lazy("Look for a typing error in what follows the @."),
    "moved": gettext_lazy("The report below may name the new address."),
    "full": gettext_lazy("Try again in a few days, or reach the person in another way."),
    "closed": gettext_lazy("Reach the person in another way."),
    "size": gettext_lazy("Send it again with smaller files."),
    "spam": gettext_lazy("Its reason stands in the report below."),
    "refused": gettext_lazy("Its reason stands in the report below."),
    "limit": gettext_lazy("Send it again later."),
    "late": gettext_lazy("Send it again later."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One recipient; `why` is "" where nobody knows, `status` as in RFC 3463 or ""."""

    address: str
    action: str
    why: str
    status: str


@dataclass(slots=True)
class Report:
    """What inbox/report.html takes."""

    kind: str
    rows: list[Told] = field(default_factory=list)
    more: int = 0
    remedy: str = ""
    until: str = ""
    letter_url: str = ""
    letter_subject: str = ""


def kind(row: Message) -> str:
    """The kind a page shows: automatic mail may say that a letter is late or somebody away."""
    stored = row.bounce or {}
    if row.kind != Message.Kind.AUTO:
        return row.kind
    if any(each.get("action") == "delayed" for each in stored.get("recipients", [])):
        return LATE
    return AWAY if stored.get("away_until") else row.kind


def report(item: contents.Shown, slug: str) -> Report | None:
    """The report a message is, None for a letter."""
    stored = item.message.bounce
    if not stored:
        return None
    rows = [each for each in stored.get("recipients", []) if each.get("address")]
    first = _reason(rows[0]) if rows else ""
    found = Report(
        kind=kind(item.message),
        rows=[_told(each) for each in rows[:NAMED]],
        more=len(rows[NAMED:]),
        until=stored.get("away_until") or "",
    )
    if found.kind == Message.Kind.BOUNCE:
        unknown = _("The report below has the server's own words.")
        found.remedy = str(REMEDIES.get(first, unknown))
    if item.letter:
        thread = reverse("inbox:thread", args=[slug, item.letter.thread])
        found.letter_url = f"{thread}#m-{item.letter.uid}"
        found.letter_subject = item.letter.subject
    return found if rows or found.until or found.letter_url else None


def _told(row: dict[str, Any]) -> Told:
    why = REASONS.get(_reason(row), "")
    return Told(row["address"], row.get("action", ""), str(why), row.get("status") or "")


def _reason(row: dict[str, Any]) -> str:
    """The reason kept with it; older rows have the status alone."""
    return row["reason"] if "reason" in row else reasons.of(row.get("status") or "", "")
