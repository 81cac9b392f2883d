"""Finding people."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.lookups import Contains, StartsWith

from crm.contacts.models import Person, PersonEmail, PersonPhone
from crm.fields import spelling
from crm.fields.queries import beside
from crm.workspaces.models import Membership
from crm.workspaces.statements import Given, Statement


def find(member: Membership, typed: str, *, limit: int) -> list[Person]:
    """People the member sees whose name or an address begins with what was typed, by name."""
    key = spelling.sort_key(typed.strip())
    addresses = PersonEmail.objects.filter(
        person=OuterRef("pk"), address__startswith=typed.lower().strip()
    )

    def begins(text: Any) -> Any:
        return Q(StartsWith(text, key)) | Q(Contains(text, f" {key}"))

    named = Q(name_key__startswith=key) | beside.found(Person, member, [begins])
    rows = Person.objects.visible_to(member).filter(named | Exists(addresses))
    return list(rows.prefetch_related("emails").order_by("name_key", "pk")[:limit])


def _main() -> QuerySet[PersonEmail, Any]:
    rows = PersonEmail.objects.filter(person__uid__among=Given("uids"))
    found: QuerySet[PersonEmail, Any] = rows.order_by("is_primary", "-pk")
    return found.values_list("person__uid", "address")


MAIN = Statement(_main)


def addresses_of(uids: Sequence[UUID]) -> dict[UUID, str]:
    """The primary address of each of these people who has one; one query."""
    # The last of them wins: the primary one, then the oldest
    return dict(MAIN.rows(uids=list(uids))) if uids else {}


EMAILS = Statement(lambda: PersonEmail.objects.filter(person_id__among=Given("pks")))
PHONES = Statement(lambda: PersonPhone.objects.filter(person_id__among=Given("pks")))


class Loaded(list[Any]):
    """Rows of a relation that are there already."""

    def all(self) -> "Loaded":
        """As of a relation."""
        return self


def load_reach(people: Sequence[Any]) -> None:
    """Give people their `emails` and `phones`, to be read with `.all()` alone; two queries."""
    pks = [person.pk for person in people]
    for name, statement in (("emails", EMAILS), ("phones", PHONES)):
        rows: dict[int, Loaded] = defaultdict(Loaded)
        for row in statement.rows(pks=pks):
            rows[row.person_id].append(row)
        for person in people:
            known = person.__dict__.setdefault("_prefetched_objects_cache", {})
            known[name] = rows[person.pk]


def main_address(person: Person) -> str:
    """The primary address of a person whose addresses are loaded, or ""."""
    emails = sorted(person.emails.all(), key=lambda email: (not email.is_primary, email.pk))
    return emails[0].address if emails else ""
