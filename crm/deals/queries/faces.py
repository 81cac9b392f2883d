"""What a card of an open deal shows."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from crm.deals.models import Deal
from crm.deals.queries.cards import Card
from crm.fields.queries import sees
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statements

SIDES = ("person", "organization")
FIELDS = (
    "pk", "uid", "version", "name", "value", "currency", "stage_id", "stage_since", "updated_at",
    "touched_at", "expected_on", "stage__rotting_days", "person__name", "organization__name",
    "owner__name", "owner__email", "label_ids",
)  # fmt: skip
# Who sees its person and organization
WHOSE = tuple(f"{link}__{name}" for link in SIDES for name in ("visibility", "owner_id"))


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
