"""Organizations for programs."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from crm.contacts import actions
from crm.contacts.models import Organization
from crm.fields import phones
from crm.fields.api.merging import MergedRecords
from crm.fields.api.shapes import NewRecordShape, RecordShape
from crm.ui.rest import counted, fields

EXAMPLE = OpenApiExample(
    "An organization",
    request_only=True,
    value={"name": "Northwind", "domains": ["northwind.test"], "address": "1 Quay, Leeds"},
)


class Domain(fields.Text):
    """A domain in small letters."""

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data)).lower().strip(".")


class NewOrganizationShape(NewRecordShape):
    """An organization to make."""

    name = fields.Text(max_length=200)
    domains = counted.Few(
        child=Domain(max_length=253),
        required=False,
        max_length=50,
        help_text="Whoever writes from there belongs to it.",
    )
    website = fields.Text(required=False, allow_blank=True, max_length=500)
    phone = fields.Text(required=False, allow_blank=True, max_length=60)
    address = fields.Text(required=False, allow_blank=True, max_length=1000)


class OrganizationShape(RecordShape):
    name = fields.Text()
    domains = serializers.ListField(child=fields.Text())
    website = fields.Text()
    phone = fields.Text()
    address = fields.Text()


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
