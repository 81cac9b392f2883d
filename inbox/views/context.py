"""What stands beside an open conversation: person, linked records with reasons, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from crm.contacts.models import Organization, Person, PersonPhone
from crm.deals.models import Deal
from crm.deals.queries.stays import Step, standing
from crm.fields.models import kinds
from crm.fields.views.kinds import KINDS
from crm.timeline.models import Activity
from crm.timeline.queries.activities import next_of
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership
from inbox.queries import asking, belonging, openings, reading, reasons


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """The person a conversation belongs to."""

    uid: UUID
    name: str
    email: str
    phone: str
    title: str
    organization: Organization | None


@dataclass(frozen=True, slots=True)
class Card:
    """A linked record: where it stands, what is next, why it is linked; `messages` 0 is all."""

    record: Any
    reason: str
    messages: int
    activity: Activity | None
    # Of a deal: the stages of its pipeline
    way: Sequence[Step] = ()

    @property
    def here(self) -> Step | None:
        """The stage of a deal that is open."""
        return next((step for step in self.way if step.is_here), None)

    @property
    def is_work(self) -> bool:
        return self.record.kind() in openings.KINDS


def beside(
    request: MemberRequest, page: reading.ThreadPage, person: belonging.Linked | None
) -> dict[str, Any]:
    """What inbox/facts.html takes of the records; as many queries, however many are linked."""
    member = request.member
    cards = _cards(request, page)
    may_link = bool(page.found.own_entries)
    open_ones: list[Any] = []
    is_asked = False
    if may_link:
        open_ones, is_asked = asking.candidates(member, page.found.settled, page.links)
    about = next((card.record for card in cards if card.is_work), None)
    about = about or next((card.record for card in cards), None)
    return {
        "person": _facts(member, person, cards) if person else None,
        "why_linked": reasons.reason(person, member) if person else "",
        "works": [card for card in cards if card.is_work],
        "others_linked": [card for card in cards if not card.is_work],
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


def _cards(request: MemberRequest, page: reading.ThreadPage) -> list[Card]:
    """The links that the member may know of, with their records; two queries for each kind."""
    by_kind: dict[str, list[belonging.Linked]] = {}
    for link in page.told:
        by_kind.setdefault(link.kind, []).append(link)
    found: dict[int, Card] = {}
    for word, links in by_kind.items():
        pks = [link.object_id for link in links]
        records = _records(word, pks)
        activities = next_of(request.member, word, pks) if word in openings.KINDS else {}
        ways = standing(records.values(), timezone.now()) if word == Deal.kind() else {}
        for link in links:
            record = records.get(link.object_id)
            if record is not None:
                reason = reasons.reason(link, request.member)
                activity = activities.get(link.object_id)
                way = ways.get(record.pk, ())
                found[link.pk] = Card(record, reason, link.messages, activity, way)
    return [found[link.pk] for link in page.told if link.pk in found]


def _records(word: str, pks: Sequence[int]) -> dict[int, Any]:
    """With what their standing needs; that the member sees them is settled by the link."""
    rows = kinds()[word].objects.filter(pk__in=pks)
    if word == Person.kind():
        phones = PersonPhone.objects.filter(person=OuterRef("pk"))
        main = phones.order_by("-is_primary", "pk").values("number")[:1]
        rows = rows.select_related("organization").annotate(phone=Subquery(main))
    if word == Deal.kind():
        rows = rows.select_related("stage", "pipeline")
    elif word == "project":
        rows = rows.select_related("phase")
    return {row.pk: row for row in rows}


def _facts(
    member: Membership, person: belonging.Linked, cards: Sequence[Card]
) -> PersonFacts | None:
    row = next((card.record for card in cards if card.record.uid == person.uid), None)
    if row is None:  # removed this very moment
        return None
    firm = row.organization
    # What a card shows is seen by the member; only of others there is to ask
    seen = firm is not None and (
        any(card.record == firm for card in cards)
        or Organization.objects.visible_to(member).filter(pk=firm.pk).exists()
    )
    email = next(iter(person.addresses), "")
    return PersonFacts(
        person.uid, row.name, email, row.phone or "", row.title, firm if seen else None
    )
