"""Making people and changing what is known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm.contacts.models import Person, PersonEmail, PersonPhone
from crm.fields import actions as records
from crm.fields.actions.creating import default_visibility
from crm.fields.actions.differences import Changes
from crm.fields.queries import naming
from crm.fields.queries.naming import Named
from crm.workspaces.models import Membership


class AddressTaken(Exception):
    """The address belongs to another person; `person` is who."""

    def __init__(self, address: str, person: Person) -> None:
        super().__init__(address)
        self.address = address
        self.person = person

    def told(self, member: Membership) -> str:
        """Whose the address is; somebody the member may not see stays unnamed."""
        if Person.objects.visible_to(member).filter(pk=self.person.pk).exists():
            words = {"address": self.address, "name": self.person.name}
            return _("%(address)s belongs to %(name)s.") % words
        return _("%(address)s belongs to somebody else here.") % {"address": self.address}


@dataclass(frozen=True, slots=True)
class Reach:
    """An address or a phone, and what it is called: "work", "mobile"."""

    value: str
    label: str = ""


def take_in(*, name: str, address: str, by: Membership, at: datetime) -> Person:
    """The person behind an address, made now if nobody has it yet."""
    with transaction.atomic():
        known = PersonEmail.objects.filter(address=address.lower(), is_live=True)
        row = known.select_related("person").first()
        if row is not None:
            found: Person = row.person
            return found
        return create_person(
            name=name or address.partition("@")[0], emails=[Reach(address)], by=by, at=at
        )


def person_named(*, meant: Named, by: Membership, at: datetime) -> Person:
    """The one who was taken or has that name, as far as the member sees them; else made now.

    Raises Namesakes where several have it.
    """
    found: Person | None = naming.called(by, Person, meant)
    return found or create_person(name=meant.name, by=by, at=at)


def create_person(
    *,
    name: str,
    emails: Sequence[Reach] = (),
    phones: Sequence[Reach] = (),
    values: Mapping[str, Any] | None = None,
    by: Membership | None,
    at: datetime,
    why: Mapping[str, str] | None = None,
) -> Person:
    """A person with addresses and phones, the first ones primary; raises AddressTaken.

    `values` are other columns; without an owner it is whoever made the person. `why` says for
    the history what made a person that nobody made: `made_of`, `address`, `mailbox`.
    """
    given = dict(values or {})
    given.setdefault("visibility", default_visibility("person", by))
    with transaction.atomic():
        person: Person = records.create(Person(name=name[:200], **given), by=by, at=at, data=why)
        _give_emails(person, emails)
        _give_phones(person, phones)
        person.prepare()
        person.save(update_fields=["search"])
    return person


def change_person(
    *,
    person: Person,
    values: Mapping[str, Any],
    emails: Sequence[Reach] | None = None,
    phones: Sequence[Reach] | None = None,
    by: Membership,
    at: datetime,
    version: int | None = None,
    strict: bool = False,
) -> Person:
    """Give a person these values, and exactly these addresses and phones where they are given.

    Raises AddressTaken, and Outdated as `records.change` does.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        more: Changes = {}
        if emails is not None:
            more |= _replace(person, "emails", emails)
        if phones is not None:
            more |= _replace(person, "phones", phones)
        return records.change(
            person, values, by=by, at=at, version=version, strict=strict, more=more
        )


def _replace(person: Person, name: str, wanted: Sequence[Reach]) -> Changes:
    """Exchange addresses or phones; the difference, or nothing where they are the same."""
    rows = person.emails if name == "emails" else person.phones
    column = "address" if name == "emails" else "number"
    known = list(rows.order_by("-is_primary", "pk").values_list(column, "label"))
    before = [list(pair) for pair in known]
    after = [list(pair) for pair in _once(wanted, is_mail=name == "emails")]
    if before == after:
        return {}
    rows.all().delete()
    if name == "emails":
        _give_emails(person, wanted)
    else:
        _give_phones(person, wanted)
    return {name: [before, after]}


def _once(wanted: Sequence[Reach], *, is_mail: bool) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for each in wanted:
        value = each.value.strip().lower() if is_mail else each.value.strip()
        if value:
            found.setdefault(value, each.label)
    return list(found.items())


def _give_phones(person: Person, phones: Sequence[Reach]) -> None:
    PersonPhone.objects.bulk_create(
        PersonPhone(person=person, number=number, label=label, is_primary=place == 0)
        for place, (number, label) in enumerate(_once(phones, is_mail=False))
    )


def _give_emails(person: Person, emails: Sequence[Reach]) -> None:
    wanted = _once(emails, is_mail=True)
    _refuse_taken([address for address, _label in wanted])
    try:
        with transaction.atomic():
            PersonEmail.objects.bulk_create(
                PersonEmail(person=person, address=address, label=label, is_primary=place == 0)
                for place, (address, label) in enumerate(wanted)
            )
    except IntegrityError:
        # Somebody else took one of them since we looked
        _refuse_taken([address for address, _label in wanted])
        raise


def _refuse_taken(addresses: Sequence[str]) -> None:
    rows = PersonEmail.objects.filter(address__in=addresses, is_live=True)
    taken = rows.select_related("person").first()
    if taken is not None:
        raise AddressTaken(taken.address, taken.person)
