"""Addresses a member may want to write to."""

from dataclasses import dataclass

from crm.contacts import queries as contacts
from crm.workspaces.models import Membership
from inbox.models import Participant
from inbox.queries import access

MOST = 8


@dataclass(frozen=True, slots=True)
class Known:
    """An address and the name that goes with it."""

    name: str
    address: str


def suggest(member: Membership, typed: str, *, people: bool = True) -> list[Known]:
    """People first, then whoever the member's own mail knows, at most eight."""
    found: dict[str, Known] = {}
    for person in contacts.find(member, typed, limit=MOST) if people else ():
        for email in person.emails.all():
            found.setdefault(email.address, Known(person.name, email.address))
    if len(found) < MOST:
        seen = Participant.objects.filter(
            address__startswith=typed.lower(), message__mailbox__in=access.mailbox_ids(member)
        )
        for name, address in (
            seen.order_by("address", "-message")
            .distinct("address")
            .values_list("name", "address")[:MOST]
        ):
            found.setdefault(address, Known(name, address))
    return list(found.values())[:MOST]
