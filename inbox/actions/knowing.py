"""People made of whom mail goes to and comes from, as the mailbox wants it, and why.

Never of those on bulk mail, of addresses that a role reads or nobody, of our own, and of one
that was somebody's once: who was thrown away does not come back by himself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import transaction

from crm.contacts import actions as contacts
from crm.contacts.models import PersonEmail
from inbox.actions import rows
from inbox.actions.rows import Shaped
from inbox.mime import domains
from inbox.mime.parsed import Address
from inbox.models import Mailbox, Participant, ThreadLink
from inbox.queries import insiders

# More recipients than these are a circular, not a correspondence
MOST = 10
# Nobody chose to have to do with who is there
UNWANTED = ("spam", "trash", "drafts")
is_address = EmailValidator()


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody a mail goes to or comes from: what made him known, and in which thread."""

    name: str
    made_of: str
    thread_id: int


def know(*, mailbox: Mailbox, items: Sequence[Shaped], at: datetime) -> None:
    """Make people of those nobody knows yet, where the mailbox is set so.

    A query for all the mails, and some for each person made. An unknown address that writes
    into the thread of somebody known is taken for his, and offered to him.
    """
    if mailbox.makes_people == Mailbox.Makes.NOBODY:
        return
    found = _met(mailbox, items)
    if not found:
        return
    had = set(PersonEmail.objects.filter(address__among=found).values_list("address", flat=True))
    fresh = {address: met for address, met in found.items() if address not in had}
    wrote = {met.thread_id for met in fresh.values() if met.made_of == "received"}
    settled = _settled(wrote) if wrote else set()
    for address, met in fresh.items():
        if met.made_of == "sent" or met.thread_id not in settled:
            _make(mailbox, address, met, at)


def _met(mailbox: Mailbox, items: Sequence[Shaped]) -> dict[str, Met]:
    """By address; what was sent counts before what came."""
    own = insiders.insiders()
    found: dict[str, Met] = {}
    for item in sorted(items, key=lambda each: not each.is_ours):
        is_sent = item.is_ours
        if not _counts(item) or not (is_sent or mailbox.makes_people == Mailbox.Makes.BOTH):
            continue
        made_of = "sent" if is_sent else "received"
        for person in _people(item, is_sent):
            address = person.address.lower()
            if own.outside([address]) and not domains.is_role(address) and _is_whole(address):
                found.setdefault(address, Met(person.name, made_of, item.placed.thread_id))
    return found


def _counts(item: Shaped) -> bool:
    """Whether somebody wrote it to somebody."""
    parsed = item.arrival.parsed
    is_personal = parsed.kind == "mail" and not parsed.is_bulk and parsed.quality != "raw_only"
    return is_personal and parsed.recipient_count <= MOST and item.arrival.role not in UNWANTED


def _people(item: Shaped, is_sent: bool) -> Iterable[Address]:
    """Whom it was sent to, or who sent it; whoever got a copy of what came is a bystander."""
    if not is_sent:
        return [item.arrival.parsed.sender] if item.arrival.parsed.sender else []
    to = (Participant.Role.TO, Participant.Role.CC)
    return [person for role, person in rows.people(item.arrival.parsed) if role in to]


def _is_whole(address: str) -> bool:
    try:
        is_address(address)
    except ValidationError:
        return False
    return len(address) <= 254


def _settled(threads: set[int]) -> set[int]:
    """Those of the threads that belong to a person."""
    links = ThreadLink.objects.filter(thread__among=threads, kind="person", undone_at=None)
    return set(links.values_list("thread_id", flat=True))


def _make(mailbox: Mailbox, address: str, met: Met, at: datetime) -> None:
    why: Mapping[str, str] = {
        "made_of": met.made_of,
        "address": address,
        "mailbox": mailbox.address,
    }
    name = met.name.strip() or address.partition("@")[0]
    try:
        with transaction.atomic():
            contacts.create_person(
                name=name, emails=[contacts.Reach(address)], by=mailbox.owner, at=at, why=why
            )
    except contacts.AddressTaken:
        # Somebody was quicker
        return
