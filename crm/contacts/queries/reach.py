"""All addresses and phones of people at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from crm.contacts.models import PersonEmail, PersonPhone
from crm.workspaces.statements import Given, Statement

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
