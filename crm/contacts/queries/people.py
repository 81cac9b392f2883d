"""Finding people."""

from django.db.models import Exists, OuterRef, Q

from crm.contacts.models import Person, PersonEmail
from crm.fields import spelling
from crm.workspaces.models import Membership


def find(member: Membership, typed: str, *, limit: int) -> list[Person]:
    """People the member sees whose name or an address begins with what was typed, by name."""
    key = spelling.sort_key(typed.strip())
    addresses = PersonEmail.objects.filter(
        person=OuterRef("pk"), address__startswith=typed.lower().strip()
    )
    named = Q(name_key__startswith=key) | Q(search__contains=f" {key}")
    rows = Person.objects.visible_to(member).filter(named | Exists(addresses))
    return list(rows.prefetch_related("emails").order_by("name_key", "pk")[:limit])


def main_address(person: Person) -> str:
    """The primary address of a person whose addresses are loaded, or ""."""
    emails = sorted(person.emails.all(), key=lambda email: (not email.is_primary, email.pk))
    return emails[0].address if emails else ""
