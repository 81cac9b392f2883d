"""Whom a mail about a record goes to."""

from typing import Any

from crm.contacts.models import Organization, Person, PersonEmail
from crm.workspaces.models import Membership
from inbox.queries import earlier

# Of a larger company somebody chooses
MOST = 5


def people(member: Membership, record: Any) -> list[list[str]]:
    """[name, address] of the record's people that the member sees, the main one first."""
    if isinstance(record, Person):
        ids = [record.pk]
    elif isinstance(record, Organization):
        rows = Person.objects.visible_to(member).filter(organization=record, trashed_at=None)
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    else:
        ids = earlier.people_of(record)
    seen = Person.objects.visible_to(member).filter(pk__in=ids)
    emails = PersonEmail.objects.filter(person__in=seen, is_live=True)
    first: dict[int, list[str]] = {}
    rows = emails.order_by("-is_primary", "pk").values_list("person_id", "person__name", "address")
    for pk, name, address in rows:
        first.setdefault(pk, [name, address])
    found = [first[pk] for pk in ids if pk in first]
    return found if len(found) <= MOST else []
