"""Making people and changing what is known of them."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from crm.contacts.models import Person, PersonEmail, sort_key
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


class AddressTaken(Exception):
    """The address belongs to another person; `person` is who."""

    def __init__(self, address: str, person: Person) -> None:
        super().__init__(address)
        self.address = address
        self.person = person


def take_in(*, name: str, address: str, by: Membership, at: datetime) -> Person:
    """The person behind an address, made now if nobody has it yet."""
    with transaction.atomic():
        known: Person | None = Person.objects.filter(emails__address=address.lower()).first()
        if known is not None:
            return known
        return create_person(
            name=name or address.partition("@")[0], addresses=[address], by=by, at=at
        )


def create_person(*, name: str, addresses: Sequence[str], by: Membership, at: datetime) -> Person:
    """A person with addresses, the first one primary; raises AddressTaken."""
    with transaction.atomic():
        person: Person = Person.objects.create(
            name=name[:200], name_key=sort_key(name), owner=by, created_at=at, updated_at=at
        )
        _give(person, addresses)
        timeline.record("person.created", by=by, about=[person], at=at)
    return person


def change_person(
    *, person: Person, name: str, addresses: Sequence[str], by: Membership, at: datetime
) -> Person:
    """Give a person this name and exactly these addresses; raises AddressTaken."""
    with transaction.atomic():
        person.name, person.name_key, person.updated_at = name[:200], sort_key(name), at
        person.save(update_fields=["name", "name_key", "updated_at"])
        person.emails.all().delete()
        _give(person, addresses)
        timeline.record("person.changed", by=by, about=[person], at=at)
    return person


def delete_person(*, person: Person, by: Membership, at: datetime) -> None:
    """Remove a person; mail stays where it is."""
    with transaction.atomic():
        timeline.record("person.deleted", by=by, about=[person], at=at, data={"name": person.name})
        person.delete()


def _give(person: Person, addresses: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(address.strip().lower() for address in addresses))
    taken = PersonEmail.objects.filter(address__in=wanted).select_related("person").first()
    if taken is not None:
        raise AddressTaken(taken.address, taken.person)
    PersonEmail.objects.bulk_create(
        PersonEmail(person=person, address=address, is_primary=place == 0)
        for place, address in enumerate(wanted)
    )
