"""Making organizations and changing what is known of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm.contacts.models import Organization, Person
from crm.fields import actions as records
from crm.fields.actions.creating import default_visibility
from crm.fields.queries import naming
from crm.fields.queries.naming import Named
from crm.workspaces.models import Membership


def create_organization(
    *, name: str, values: Mapping[str, Any] | None = None, by: Membership, at: datetime
) -> Organization:
    """An organization; without an owner it is whoever made it."""
    given = dict(values or {})
    given.setdefault("visibility", default_visibility("organization", by))
    return records.create(Organization(name=name[:200], **given), by=by, at=at)


def change_organization(
    *,
    organization: Organization,
    values: Mapping[str, Any],
    by: Membership,
    at: datetime,
    version: int | None = None,
    strict: bool = False,
) -> Organization:
    """Give an organization these values; raises Outdated as `records.change` does."""
    before = organization.name
    done = records.change(organization, values, by=by, at=at, version=version, strict=strict)
    if done.name != before:
        _rename_in_search(done)
    return done


def organization_named(*, meant: Named, by: Membership, at: datetime) -> Organization:
    """The one that was taken or has that name, as far as the member sees them; else made now.

    Raises Namesakes where several have it.
    """
    found: Organization | None = naming.called(by, Organization, meant)
    return found or create_organization(name=meant.name, by=by, at=at)


def _rename_in_search(organization: Organization) -> None:
    """The people who work there are found by its new name."""
    people = Person.objects.filter(organization=organization).select_related("organization")
    for person in people:
        person.prepare()
        person.save(update_fields=["search"])
