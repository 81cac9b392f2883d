"""Finding people."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import Contains, StartsWith

from crm.contacts.models import Person, PersonEmail
from crm.fields import spelling
from crm.fields.queries import beside
from crm.workspaces.models import Membership


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
