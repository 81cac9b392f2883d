"""Making organizations and changing what is known of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm.contacts.models import Organization, Person
from crm.fields import actions as records
from crm.fields import spelling
from crm.fields.actions.changing import default_visibility
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


def organization_named(*, name: str, by: Membership, at: datetime) -> Organization:
    """The organization of that name which the member sees, made now if there is none."""
    rows = Organization.objects.visible_to(by).filter(name_key=spelling.sort_key(name))
    found: Organization | None = rows.order_by("pk").first()
    return found or create_organization(name=name, by=by, at=at)


def _rename_in_search(organization: Organization) -> None:
    """The people who work there are found by its new name."""
    people = Person.objects.filter(organization=organization).select_related("organization")
    for person in people:
        person.prepare()
        person.save(update_fields=["search"])
