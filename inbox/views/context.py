"""What stands beside an open conversation: person, linked records with reasons, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils import timezone

from crm.contacts.models import Organization
from crm.fields.views.kinds import KINDS
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox.queries import asking, belonging, openings, reading, reasons
from inbox.views import cards


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The person a conversation belongs to."""

    uid: UUID
    name: str
    email: str
    phone: str
    title: str
    organization: Organization | None


def beside(
    request: MemberRequest, page: reading.ThreadPage, person: belonging.Linked | None
) -> dict[str, Any]:
    """What inbox/facts.html takes of the records; as many queries, however many are linked."""
    member = request.member
    linked = _cards(request, page)
    may_link = bool(page.found.own_entries)
    open_ones: list[Any] = []
    is_asked = False
    if may_link:
        open_ones, is_asked = asking.candidates(member, page.found.settled, page.links)
    about = next((card.record for card in linked if card.is_work), None)
    about = about or next((card.record for card in linked), None)
    return {
        "person": _facts(member, person, linked) if person else None,
        "why_linked": reasons.reason(person, member) if person else "",
        "works": [card for card in linked if card.is_work],
        "others_linked": [card for card in linked if not card.is_work],
        "open_ones": open_ones,
        "is_asked": is_asked and bool(open_ones),
        "may_link": may_link,
        "may_tick": permissions.may(member, "activities.change"),
        "at": timezone.now(),
        "about": about,
        "makes": [
            kind
            for word in openings.KINDS
            if (kind := KINDS.get(word)) and permissions.may(member, kind.right("change"))
        ],
    }


def _cards(request: MemberRequest, page: reading.ThreadPage) -> list[cards.Card]:
    """The links that the member may know of, with their records; two queries for each kind."""
    by_kind: dict[str, list[belonging.Linked]] = {}
    for link in page.told:
        by_kind.setdefault(link.kind, []).append(link)
    found: dict[int, cards.Card] = {}
    for word, links in by_kind.items():
        of_kind = cards.of(request.member, word, [link.object_id for link in links])
        for link in links:
            card = of_kind.get(link.object_id)
            if card is not None:
                reason = reasons.reason(link, request.member)
                found[link.pk] = replace(card, reason=reason, messages=link.messages)
    return [found[link.pk] for link in page.told if link.pk in found]


def _facts(
    member: Membership, person: belonging.Linked, linked: Sequence[cards.Card]
) -> PersonFacts | None:
    row = next((card.record for card in linked if card.record.uid == person.uid), None)
    if row is None:  # removed this very moment
        return None
    firm = row.organization
    # What a card shows is seen by the member; only of others there is to ask
    seen = firm is not None and (
        any(card.record == firm for card in linked)
        or Organization.objects.visible_to(member).filter(pk=firm.pk).exists()
    )
    email = next(iter(person.addresses), "")
    return PersonFacts(
        person.uid, row.name, email, row.phone or "", row.title, firm if seen else None
    )
