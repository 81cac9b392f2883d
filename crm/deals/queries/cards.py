"""Cards of the board and of the forecast: open deals, with no more of them than a card shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from crm.deals.models import Deal, Tally, rotting
from crm.fields.queries import sees
from crm.workspaces import queries
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements

# Cards of a column shown at once; more are asked for when one scrolls there
CARDS = 25
SIDES = ("person", "organization")
FIELDS = (
    "pk", "uid", "version", "name", "value", "currency", "stage_id", "stage_since", "updated_at",
    "expected_on", "stage__rotting_days", "person__name", "organization__name", "owner__name",
    "owner__email", "label_ids",
)  # fmt: skip
# Who sees its person and organization
WHOSE = tuple(f"{link}__{name}" for link in SIDES for name in ("visibility", "owner_id"))


class Card(NamedTuple):
    """An open deal as a card shows it; names are None where there is nobody."""

    pk: int
    uid: UUID
    version: int
    name: str
    value: Decimal | None
    currency: str
    stage_id: int
    stage_since: datetime
    updated_at: datetime
    expected_on: date | None
    rotting_days: int | None
    person: str | None
    organization: str | None
    owner: str | None
    address: str | None
    label_ids: tuple[int, ...]

    def idle(self, at: datetime) -> int | None:
        """For how many days nobody has touched it, where that is too long for its stage."""
        days = max(0, (at - self.updated_at).days)
        return days if self.rotting_days is not None and days >= self.rotting_days else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which open deals: one's own alone, those alone that are rotting at this time."""

    mine: bool = False
    rotting_at: datetime | None = None

    def shape(self, member: Membership) -> tuple[str, bool, bool]:
        """What the SQL depends on."""
        return member.role, self.mine, self.rotting_at is not None

    def values(self, member: Membership) -> dict[str, Any]:
        """What a statement of this shape is given."""
        return {**queries.asker(member), "rotting_at": self.rotting_at}


ALL = Wanted()


def open_deals(role: str, mine: bool, rots: bool) -> QuerySet[Deal]:
    """The open deals that whoever asks sees, for a statement of this shape."""
    asker = queries.stand_in(role)
    rows: QuerySet[Deal] = Deal.objects.visible_to(asker).filter(status=Deal.Status.OPEN)
    if mine:
        rows = rows.filter(owner_id=asker.pk)
    return rows.filter(rotting(Given("rotting_at"))) if rots else rows


def tallies(role: str) -> QuerySet[Tally]:
    """What is counted of the open deals of a pipeline that whoever asks sees, for a statement."""
    rows: QuerySet[Tally] = Tally.objects.seen_by(queries.stand_in(role))
    return rows.filter(pipeline_id=Given("pipeline")).order_by()


class Side(NamedTuple):
    """Who sees the person or the organization of a deal."""

    visibility: str
    owner_id: int | None


def cards(member: Membership, pks: Iterable[int], *order: str) -> list[Card]:
    """The cards of these deals in this order; one query. What is hidden is not named on them."""
    return [_card(member, row) for row in FACES.of(*order).rows(pks=list(pks))]


def _faces(*order: str) -> QuerySet[Any, Any]:
    return Deal.objects.filter(pk__among=Given("pks")).order_by(*order).values_list(*FIELDS, *WHOSE)


def _card(member: Membership, row: tuple[Any, ...]) -> Card:
    end = len(FIELDS)
    card = Card._make((*row[: end - 1], tuple(row[end - 1])))
    person, organization = Side(*row[end : end + 2]), Side(*row[end + 2 :])
    if person.visibility and not sees(member, person):
        card = card._replace(person=None)
    if organization.visibility and not sees(member, organization):
        card = card._replace(organization=None)
    return card


FACES = Statements(_faces)
