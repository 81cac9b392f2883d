"""Finding people."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from crm.contacts.models import Person, PersonEmail, sort_key

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some people by name, and the place where the next ones begin."""

    people: list[Person]
    after: str


def find(typed: str, *, limit: int) -> list[Person]:
    """People whose name, or one of whose addresses, begins with or holds what was typed."""
    key = sort_key(typed)
    addresses = PersonEmail.objects.filter(
        person=OuterRef("pk"), address__startswith=typed.lower().strip()
    )
    named = Q(name_key__startswith=key) | Q(name_key__contains=f" {key}")
    rows = Person.objects.filter(named | Exists(addresses)).prefetch_related("emails")
    return list(rows.order_by("name_key", "pk")[:limit])


def people(*, after: str = "", typed: str = "") -> Page:
    """A page of people by name; `after` is the key where the page before ended."""
    if typed:
        return Page(find(typed, limit=PAGE), "")
    rows = Person.objects.prefetch_related("emails").order_by("name_key", "pk")
    key, _bar, pk = after.rpartition("|")
    if pk.isascii() and pk.isdigit():
        rows = rows.filter(Q(name_key__gt=key) | Q(name_key=key, pk__gt=int(pk)))
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], f"{last.name_key}|{last.pk}" if last else "")


def main_address(person: Person) -> str:
    """The primary address of a person whose addresses are loaded, or ""."""
    emails = sorted(person.emails.all(), key=lambda email: (not email.is_primary, email.pk))
    return emails[0].address if emails else ""
