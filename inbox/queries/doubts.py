"""What somebody should know before a mail leaves; none of it keeps him from sending it.

Everything here is told from mail and records that the writer may see himself, but for one thing:
that an address is suppressed by what came back to a mailbox he does not read. Of that he is told
neither when nor why, which would say that somebody wrote there and what came of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.contacts.models import Organization, Person, PersonEmail
from crm.ui import times
from crm.workspaces.models import Membership
from inbox.mime import domains
from inbox.models import (
    Draft,
    Mailbox,
    Message,
    Outgoing,
    Participant,
    Suppression,
)
from inbox.queries import access, claimed, placeholders, suppressed

MANY, NAMED = 9, 5
LATELY = timedelta(days=7)
SUPPRESSED = {
    "bounce": gettext_lazy("%(address)s is suppressed: mail came back for good on %(day)s."),
    "complaint": gettext_lazy("%(address)s is suppressed: it called mail of ours spam, %(day)s."),
    "unsubscribed": gettext_lazy("%(address)s is suppressed: it unsubscribed on %(day)s."),
    "hand": gettext_lazy("%(address)s is suppressed: a colleague put it on the list, %(day)s."),
}
BY_HIMSELF = gettext_lazy("%(address)s is suppressed: you put it on the list, %(day)s.")
UNTOLD = gettext_lazy(
    "%(address)s is suppressed: mail from here does not arrive there, or is not wanted."
)
# So many letters back, and so many addresses of a company, are looked at
LOOKED, KNOWN = 20, 50


@dataclass(frozen=True, slots=True)
class Doubt:
    """One sentence; `code` tells it from others when somebody goes on, `thread` says more."""

    code: str
    message: str
    thread: UUID | None = None


@dataclass(frozen=True, slots=True)
class Wrote:
    """A colleague, whom he wrote to, when, and in which mail."""

    who: str
    whom: str
    at: datetime
    message: int
    thread: UUID


def doubts(draft: Draft, by: Membership, at: datetime) -> list[Doubt]:
    """Everything to be known before this draft is sent, at most five things."""
    to = _recipients(draft)
    if not to:
        return []
    scene = placeholders.of_draft(draft, by)
    held = suppressed.of(to)
    rest = [each for each in to if each not in {address for address, _row in held}]
    found = [*_suppressed(by, held), *_many(draft, to), *_came_back(by, rest)]
    found += _elsewhere(by, scene, to)
    return [*found, *_colleagues(draft, by, scene, to, at)][:5]


def _recipients(draft: Draft) -> list[str]:
    people = [*draft.to, *draft.cc, *draft.bcc]
    return list(dict.fromkeys(str(person[1]).lower() for person in people))


def _many(draft: Draft, to: list[str]) -> Iterator[Doubt]:
    if draft.kind == Draft.Kind.REPLY_ALL and len(to) >= MANY:
        text = ngettext(
            "This answer goes to %(count)s person.",
            "This answer goes to %(count)s people.",
            len(to),
        )
        yield Doubt(f"many:{len(to)}", text % {"count": len(to)})


def _suppressed(by: Membership, held: list[tuple[str, Suppression]]) -> Iterator[Doubt]:
    """Who should not be written to; of several in one sentence."""
    if len(held) == 1:
        [(address, row)] = held
        if row.is_heard and row.mailbox_id not in access.mailbox_ids(by):
            yield Doubt(f"suppressed:{address}", str(UNTOLD) % {"address": address})
            return
        values = {"address": address, "day": times.day_short(row.created_at)}
        is_own = row.reason == Suppression.Reason.HAND and row.by_id == by.pk
        why = BY_HIMSELF if is_own else SUPPRESSED[row.reason]
        yield Doubt(f"suppressed:{address}", str(why) % values)
    elif held:
        addresses = [address for address, _row in held]
        values = {"count": str(len(held)), "addresses": ", ".join(addresses[:NAMED])}
        text = _("%(count)s of them are on the suppression list: %(addresses)s.") % values
        yield Doubt(f"suppressed:{len(held)}:{addresses[0]}", text)


def _came_back(by: Membership, to: list[str]) -> Iterator[Doubt]:
    """Whose mail came back for good, and who called it spam, by the last letters to them."""
    sent = Participant.objects.filter(
        address__in=to, role__in=["to", "cc", "bcc"], message__direction=Message.Direction.OUT
    )
    threads = list(sent.order_by("-message").values_list("message__thread_id", flat=True)[:LOOKED])
    reports = access.messages(by).filter(
        thread__in=threads, kind__in=[Message.Kind.BOUNCE, Message.Kind.COMPLAINT]
    )
    told: set[str] = set()
    for report in reports.select_related("thread").order_by("-received_at")[:LOOKED]:
        for each in (report.bounce or {}).get("recipients", ()):
            address = str(each.get("address", "")).lower()
            passing = str(each.get("status", "")).startswith("4.")
            if address in to and address not in told and not passing:
                told.add(address)
                yield Doubt(f"back:{address}", _returned(report, address), report.thread.uid)


def _returned(report: Message, address: str) -> str:
    values = {"address": address, "day": times.day_short(report.received_at)}
    if report.kind == Message.Kind.COMPLAINT:
        return _("%(address)s called your mail of %(day)s spam.") % values
    return _("Mail to %(address)s came back on %(day)s.") % values


def _elsewhere(by: Membership, scene: placeholders.Scene, to: list[str]) -> Iterator[Doubt]:
    """Somebody whose domain is not the one of the deal's organization."""
    deal = scene.rows.get("deal")
    if deal is None or deal.organization_id is None:
        return
    seen = Organization.objects.visible_to(by).filter(pk=deal.organization_id).first()
    if seen is None or not seen.domains:
        return
    ours = {domains.domain(box.address) for box in Mailbox.objects.all()}
    colleagues = _working_at(seen, by).filter(address__in=to)
    known = set(colleagues.values_list("address", flat=True))
    for address in to:
        domain = domains.domain(address)
        if domain not in {*seen.domains, *ours} and address not in known:
            values = {"domain": domain, "deal": deal.name, "organization": seen.name}
            text = _("%(domain)s is not %(organization)s, whose deal “%(deal)s” this is about.")
            yield Doubt(f"domain:{domain}", text % values)
            return


def _colleagues(
    draft: Draft, by: Membership, scene: placeholders.Scene, to: list[str], at: datetime
) -> Iterator[Doubt]:
    """Who else wrote to these people, or to others where they work, in the last days."""
    firm = scene.rows.get("organization")
    for row in lately(by, to, firm, at, besides=draft.thread_id or 0):
        values = {"who": row.who, "address": row.whom, "day": times.moment(row.at)}
        text = _("%(who)s wrote to %(address)s, %(day)s.") % values
        yield Doubt(f"wrote:{row.message}", text, row.thread)


def lately(
    by: Membership, to: Iterable[str], firm: Organization | None, at: datetime, *, besides: int = 0
) -> list[Wrote]:
    """The colleagues who wrote to these addresses or to this firm in the last days, each once.

    As far as the member may read what they wrote; `besides` is a thread that does not count.
    """
    letters = Participant.objects.filter(
        address__in=[*to, *_company(firm, by)],
        role__in=["to", "cc"],
        message__direction=Message.Direction.OUT,
        message__received_at__gte=at - LATELY,
        message__in=access.messages(by),
    ).exclude(message__thread=besides)
    letters = letters.exclude(claimed.merely("message__"))
    told: dict[str, Wrote] = {}
    rows = letters.select_related("message__mailbox", "message__thread").order_by("-message")
    for row in rows[:LOOKED]:
        writer, letter = _writer(row.message, by), row.message
        if writer and writer not in told:
            whom = row.name or row.address
            told[writer] = Wrote(writer, whom, letter.received_at, letter.pk, letter.thread.uid)
    return list(told.values())


def _company(firm: Organization | None, by: Membership) -> list[str]:
    """Addresses of those who work in an organization."""
    if firm is None:
        return []
    rows = _working_at(firm, by).order_by("pk")
    return list(rows.values_list("address", flat=True)[:KNOWN])


def _working_at(firm: Organization, by: Membership) -> QuerySet[PersonEmail]:
    """Addresses of those in an organization whom the member sees: of others he learns nothing."""
    seen = Person.objects.visible_to(by).filter(organization=firm)
    found: QuerySet[PersonEmail] = PersonEmail.objects.filter(person__in=seen, is_live=True)
    return found


def _writer(message: Message, by: Membership) -> str:
    """The name of the colleague who wrote it, or "" where it was the member himself."""
    if message.mailbox.owner_id == by.pk:
        return ""
    sent = Outgoing.objects.filter(message=message).select_related("author").first()
    if sent is not None and sent.author is not None:
        return "" if sent.author_id == by.pk else sent.author.name
    return message.sender_name or message.sender_address
