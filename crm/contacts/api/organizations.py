"""Organizations for programs."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from crm.contacts import actions
from crm.contacts.models import Organization
from crm.fields import phones
from crm.fields.api.fields import Custom, LabelNames
from crm.fields.api.records import Records, no_more_than
from crm.fields.api.shapes import NewRecordShape, RecordShape
from crm.ui.rest import fields, shapes

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
    domains = serializers.ListField(
        child=Domain(max_length=253),
        required=False,
        max_length=50,
        help_text="Whoever writes from there belongs to it.",
    )
    website = fields.Text(required=False, allow_blank=True, max_length=500)
    phone = fields.Text(required=False, allow_blank=True, max_length=60)
    address = fields.Text(required=False, allow_blank=True, max_length=1000)
    labels = LabelNames("organization", required=False)
    custom = Custom(Organization, required=False)


class ChangedOrganizationShape(NewOrganizationShape):
    name = fields.Text(max_length=200, required=False)


class OrganizationShape(RecordShape):
    name = fields.Text()
    domains = serializers.ListField(child=fields.Text())
    website = fields.Text()
    phone = fields.Text()
    address = fields.Text()
    labels = LabelNames("organization")


def visible_organizations(asking: Any) -> QuerySet[Organization]:
    found: QuerySet[Organization] = Organization.objects.visible_to(asking)
    return found


class OrganizationBulkChangeShape(ChangedOrganizationShape):
    id = fields.Ref(visible_organizations, help_text="The id of an organization.")


class OrganizationBulkShape(shapes.Shape):
    """Up to 200 organizations at once: all of it is done, or nothing."""

    create = NewOrganizationShape(  # type: ignore[assignment]  # a field, taken off the class
        many=True, required=False, default=list
    )
    update = OrganizationBulkChangeShape(  # type: ignore[assignment]  # a field of the shape
        many=True, required=False, default=list
    )
    delete = serializers.ListField(
        child=fields.Ref(visible_organizations), required=False, default=list
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return no_more_than(attrs)


class OrganizationsDoneShape(shapes.Shape):
    created = OrganizationShape(many=True)
    updated = OrganizationShape(many=True)
    deleted = serializers.ListField(child=fields.Id())


class Organizations(Records):
    """The companies one sells to, as far as their visibility shows them."""

    read_scope = "people:read"
    write_scope = "people:write"
    model = Organization
    right = "organizations"
    serializer_class = OrganizationShape
    new_shape = NewOrganizationShape
    changed_shape = ChangedOrganizationShape
    bulk_shape = OrganizationBulkShape

    @extend_schema(summary="List organizations")
    def list(self, request: Request) -> Response:
        """Organizations, last made first; with `updated_since` in the order of their changes."""
        return self.listed(self.rows())

    @extend_schema(
        summary="Make an organization",
        request=NewOrganizationShape,
        responses={201: OrganizationShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A new organization."""
        return self.made(request)

    @extend_schema(summary="Read an organization")
    def retrieve(self, request: Request, id: str) -> Response:
        """One organization."""
        return self.shown(self.get_object())

    @extend_schema(
        summary="Change an organization",
        request=ChangedOrganizationShape,
        responses=OrganizationShape,
    )
    def partial_update(self, request: Request, id: str) -> Response:
        """Change what is named."""
        return self.changed(request)

    @extend_schema(summary="Delete an organization", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Put an organization into the trash for thirty days; its people stay."""
        return self.trashed(request)

    @extend_schema(
        summary="Restore an organization", request=shapes.Nothing, responses=OrganizationShape
    )
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, id: str) -> Response:
        """Take an organization out of the trash."""
        self.read(shapes.Nothing)
        return self.restored(request)

    @extend_schema(
        summary="Change many organizations at once",
        request=OrganizationBulkShape,
        responses={200: OrganizationsDoneShape},
    )
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Make, change and delete up to 200 organizations: all of it, or nothing."""
        return self.bulked(request)

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
