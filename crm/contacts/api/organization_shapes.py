"""What organizations look like for programs."""

from typing import Any

from rest_framework import serializers

from crm.fields.api.shapes import NewRecordShape, RecordShape
from crm.ui.rest import counted, fields


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
