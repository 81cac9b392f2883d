"""Organizations for programs."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample

from crm.contacts import actions
from crm.contacts.api.organization_shapes import NewOrganizationShape, OrganizationShape
from crm.contacts.models import Organization
from crm.fields import phones
from crm.fields.api.merging import MergedRecords

EXAMPLE = OpenApiExample(
    "An organization",
    request_only=True,
    value={"name": "Northwind", "domains": ["northwind.test"], "address": "1 Quay, Leeds"},
)


class Organizations(MergedRecords):
    """The companies one sells to, as far as their visibility shows them."""

    read_scope = "people:read"
    write_scope = "people:write"
    model = Organization
    one, many = "an organization", "organizations"
    serializer_class = OrganizationShape
    new_shape = NewOrganizationShape
    examples = (EXAMPLE,)
    notes = {"destroy": "Put it into the trash for thirty days; its people stay."}

    def _values(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        given = dict(asked)
        if given.get("phone"):
            region = phones.region_of(self.member.user.time_zone)
            given["phone"] = phones.normal(given["phone"], region)
        return given

    def make(self, asked: Mapping[str, Any]) -> Organization:
        given = self._values(asked)
        return actions.create_organization(
            name=given.pop("name"), values=given, by=self.member, at=timezone.now()
        )

    def alter(self, record: Any, asked: Mapping[str, Any], version: int | None) -> Organization:
        return actions.change_organization(
            organization=record,
            values=self._values(asked),
            by=self.member,
            at=timezone.now(),
            version=version,
            strict=True,
        )
