"""Who takes part in a deal besides its main person."""

from datetime import datetime

from django.db import transaction

from crm.contacts.models import Person
from crm.deals.models import Deal, DealPerson
from crm.fields import actions as records
from crm.workspaces.models import Membership

MOST = 100


class TooMany(Exception):
    """More people than a deal can list."""


def add_participant(
    *, deal: Deal, person: Person, role: str = "", by: Membership, at: datetime
) -> Deal:
    """This person takes part, as what `role` says; raises TooMany."""
    with transaction.atomic():
        fresh = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        rows = DealPerson.objects.filter(deal=fresh)
        known = rows.filter(person=person).first()
        before = known.role if known else None
        if before == role[:60]:
            return deal
        if known is None and rows.count() >= MOST:
            raise TooMany
        if known is not None:
            rows.filter(pk=known.pk).update(role=role[:60])
        else:
            DealPerson.objects.create(deal=fresh, person=person, role=role[:60])
        more = {"participants": [_told(person, before), _told(person, role[:60])]}
        return records.change(deal, {}, by=by, at=at, about=[person], more=more)


def remove_participant(*, deal: Deal, person: Person, by: Membership, at: datetime) -> Deal:
    """This person does not take part any more."""
    with transaction.atomic():
        Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
        row = DealPerson.objects.filter(deal=deal, person=person).first()
        if row is None:
            return deal
        row.delete()
        more = {"participants": [_told(person, row.role), None]}
        return records.change(deal, {}, by=by, at=at, about=[person], more=more)


def _told(person: Person, role: str | None) -> list[str] | None:
    return None if role is None else [person.name, role]
