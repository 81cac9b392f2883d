"""Making people and changing what is known of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

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


def create_person(
    *,
    name: str,
    addresses: Sequence[str],
    by: Membership,
    at: datetime,
    labels: Mapping[str, str] | None = None,
    owner: Membership | None = None,
) -> Person:
    """A person with addresses, the first one primary; raises AddressTaken.

    `labels` by address; without an owner it is whoever made the person.
    """
    with transaction.atomic():
        person: Person = Person.objects.create(
            name=name[:200],
            name_key=sort_key(name),
            owner_id=(owner or by).pk,
            created_at=at,
            updated_at=at,
        )
        _give(person, addresses, labels or {})
        timeline.record("person.created", by=by, about=[person], at=at)
    return person


def change_person(
    *,
    person: Person,
    name: str,
    addresses: Sequence[str],
    by: Membership,
    at: datetime,
    labels: Mapping[str, str] | None = None,
    owner: Membership | None = None,
) -> Person:
    """Give a person this name and exactly these addresses; raises AddressTaken.

    Addresses keep their labels where `labels` is not given; without an owner he stays.
    """
    with transaction.atomic():
        person.name, person.name_key, person.updated_at = name[:200], sort_key(name), at
        if owner is not None:
            person.owner_id = owner.pk
        person.save(update_fields=["name", "name_key", "updated_at", "owner"])
        known = dict(person.emails.values_list("address", "label"))
        person.emails.all().delete()
        _give(person, addresses, known if labels is None else labels)
        timeline.record("person.changed", by=by, about=[person], at=at)
    return person


def delete_person(*, person: Person, by: Membership, at: datetime) -> None:
    """Remove a person; mail stays where it is."""
    with transaction.atomic():
        timeline.record("person.deleted", by=by, about=[person], at=at, data={"name": person.name})
        person.delete()


def _give(person: Person, addresses: Sequence[str], labels: Mapping[str, str]) -> None:
    wanted = list(dict.fromkeys(address.strip().lower() for address in addresses))
    _refuse_taken(wanted)
    try:
        with transaction.atomic():
            PersonEmail.objects.bulk_create(
                PersonEmail(
                    person=person,
                    address=address,
                    label=labels.get(address, ""),
                    is_primary=place == 0,
                )
                for place, address in enumerate(wanted)
            )
    except IntegrityError:
        # Somebody else took one of them since we looked
        _refuse_taken(wanted)
        raise


def _refuse_taken(addresses: Sequence[str]) -> None:
    taken = PersonEmail.objects.filter(address__in=addresses).select_related("person").first()
    if taken is not None:
        raise AddressTaken(taken.address, taken.person)
