"""The address a person is written to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from crm.contacts.models import Person, PersonEmail
from crm.workspaces.statements import Given, Statement


def _main() -> QuerySet[PersonEmail, Any]:
    rows = PersonEmail.objects.filter(person__uid__among=Given("uids"))
    found: QuerySet[PersonEmail, Any] = rows.order_by("is_primary", "-pk")
    return found.values_list("person__uid", "address")


MAIN = Statement(_main)


def addresses_of(uids: Sequence[UUID]) -> dict[UUID, str]:
    """The primary address of each of these people who has one; one query."""
    # The last of them wins: the primary one, then the oldest
    return dict(MAIN.rows(uids=list(uids))) if uids else {}


def main_address(person: Person) -> str:
    """The primary address of a person whose addresses are loaded, or ""."""
    emails = sorted(person.emails.all(), key=lambda email: (not email.is_primary, email.pk))
    return emails[0].address if emails else ""
