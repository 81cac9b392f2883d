"""People, for programs."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from crm.contacts import actions
from crm.contacts.models import Person, PersonEmail, sort_key
from crm.ui.rest import fields, shapes
from crm.ui.rest.problems import Conflict
from crm.ui.rest.resources import Resource
from crm.workspaces import permissions
from crm.workspaces.models import Membership

MOST_ADDRESSES = 50
MOST_AT_ONCE = 200

EXAMPLE = OpenApiExample(
    "A person",
    request_only=True,
    value={
        "name": "Dana Whitfield",
        "emails": [{"address": "dana@northwind.test", "label": "work", "primary": True}],
    },
)


class EmailShape(shapes.Shape):
    address = fields.Address()
    label = fields.Text(  # type: ignore[assignment]  # a field of the address, not of the form
        required=False, allow_blank=True, default="", max_length=40
    )
    primary = fields.Flag(
        required=False, default=False, source="is_primary", help_text="Used when one writes."
    )


class NewPersonShape(shapes.Shape):
    """A person to make."""

    name = fields.Text(max_length=200)
    emails = EmailShape(
        many=True,
        required=False,
        default=list,
        max_length=MOST_ADDRESSES,  # type: ignore[call-arg]  # of the list
        help_text="Without a primary one the first is it.",
    )
    owner = fields.Ref(
        lambda asking: members(asking),
        required=False,
        help_text="The id of a member; the one who asks, if not given.",
    )


class ChangedPersonShape(NewPersonShape):
    name = fields.Text(max_length=200, required=False)
    emails = EmailShape(
        many=True,
        required=False,
        max_length=MOST_ADDRESSES,  # type: ignore[call-arg]  # of the list
        help_text="All of them, anew.",
    )


class PersonShape(shapes.Shape):
    id = fields.Id(source="uid")
    name = fields.Text()
    emails = EmailShape(many=True, source="emails.all")
    owner = fields.Id(source="owner.uid", allow_null=True, default=None)
    created_at = fields.Moment()
    updated_at = fields.Moment()


class PersonQuery(shapes.PageQuery):
    q = fields.Text(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="A part of the name or of an address.",
    )
    updated_since = fields.Moment(
        required=False,
        help_text="People made or changed at that time or later, the longest ago first.",
    )


class BulkChangeShape(ChangedPersonShape):
    id = fields.Ref(lambda asking: Person.objects.all(), help_text="The id of a person.")


class BulkShape(shapes.Shape):
    """Up to 200 people at once: all of it is done, or nothing."""

    create = NewPersonShape(  # type: ignore[assignment]  # a field, taken off the class
        many=True, required=False, default=list
    )
    update = BulkChangeShape(  # type: ignore[assignment]  # a field, taken off the class
        many=True, required=False, default=list
    )
    delete = serializers.ListField(
        child=fields.Ref(lambda asking: Person.objects.all()), required=False, default=list
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum(len(attrs[name]) for name in ("create", "update", "delete")) > MOST_AT_ONCE:
            raise serializers.ValidationError(
                _("At most %(most)s at once.") % {"most": MOST_AT_ONCE}, code="too_many"
            )
        return attrs


class DoneShape(shapes.Shape):
    created = PersonShape(many=True)
    updated = PersonShape(many=True)
    deleted = serializers.ListField(child=fields.Id())


class People(Resource):
    """The people one sells to; everybody in the workspace sees them all."""

    read_scope = "people:read"
    write_scope = "people:write"
    serializer_class = PersonShape
    list_query = PersonQuery

    def rows(self) -> QuerySet[Person]:
        rows: QuerySet[Person] = Person.objects.select_related("owner").prefetch_related("emails")
        return rows

    @extend_schema(summary="List people")
    def list(self, request: Request) -> Response:
        """People, last made first; with `updated_since` in the order they were changed."""
        rows = self.rows()
        if self.asked.get("q"):
            rows = rows.filter(_matching(self.asked["q"]))
        if "updated_since" in self.asked:
            rows = rows.filter(updated_at__gte=self.asked["updated_since"])
            self.ordering = ("updated_at", "id")
        return self.page(rows)

    @extend_schema(
        summary="Make a person",
        request=NewPersonShape,
        responses={201: PersonShape},
        examples=[EXAMPLE],
    )
    def create(self, request: Request) -> Response:
        """A new person; 409 when an address belongs to somebody already."""
        permissions.require(self.member, "people.change")
        asked = self.read(NewPersonShape)
        made = _unless_taken(lambda: self._create(asked))
        return self.shown(self.rows().get(pk=made.pk), 201)

    @extend_schema(summary="Read a person")
    def retrieve(self, request: Request, id: str) -> Response:
        """One person."""
        return self.shown(self.get_object())

    @extend_schema(summary="Change a person", request=ChangedPersonShape, responses=PersonShape)
    def partial_update(self, request: Request, id: str) -> Response:
        """Change what is named; `emails`, if given, are all of them anew."""
        permissions.require(self.member, "people.change")
        person = self.get_object()
        asked = self.read(ChangedPersonShape, partial=True)
        _unless_taken(lambda: self._change(person, asked))
        return self.shown(self.rows().get(pk=person.pk))

    @extend_schema(summary="Delete a person", responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:
        """Remove a person; mail stays where it is."""
        permissions.require(self.member, "people.change")
        actions.delete_person(person=self.get_object(), by=self.member, at=timezone.now())
        return Response(status=204)

    @extend_schema(
        summary="Change many people at once", request=BulkShape, responses={200: DoneShape}
    )
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> Response:
        """Make, change and delete up to 200 people: all of it, or nothing."""
        permissions.require(self.member, "people.change")
        asked = self.read(BulkShape)
        gone = [person.uid for person in asked["delete"]]
        for person in asked["delete"]:
            actions.delete_person(person=person, by=self.member, at=timezone.now())
        changed = [(item.pop("id"), item) for item in asked["update"]]
        if {person.uid for person, _item in changed} & set(gone):
            raise ValidationError({"update": [_("A person cannot be changed and deleted.")]})
        _unless_taken(lambda: [self._change(person, item) for person, item in changed])
        made = _unless_taken(lambda: [self._create(item) for item in asked["create"]])
        told = {
            "created": self._again(person.pk for person in made),
            "updated": self._again(person.pk for person, _item in changed),
            "deleted": gone,
        }
        return Response(DoneShape(told).data)

    def _create(self, asked: Mapping[str, Any]) -> Person:
        return actions.create_person(
            name=asked["name"],
            by=self.member,
            at=timezone.now(),
            owner=asked.get("owner"),
            **_emails(asked["emails"]),
        )

    def _change(self, person: Person, asked: Mapping[str, Any]) -> Person:
        kept = [
            {"address": each.address, "label": each.label, "is_primary": each.is_primary}
            for each in person.emails.all()
        ]
        return actions.change_person(
            person=person,
            name=asked.get("name", person.name),
            by=self.member,
            at=timezone.now(),
            owner=asked.get("owner"),
            **_emails(asked.get("emails", kept)),
        )

    def _again(self, pks: Any) -> Any:
        rows = self.rows().in_bulk(list(pks))
        return list(rows.values())


def members(asking: Membership) -> QuerySet[Membership]:
    return Membership.objects.using("default").filter(workspace_id=asking.workspace_id)


def _emails(asked: Any) -> dict[str, Any]:
    """Addresses with the primary one first, and their labels."""
    ordered = sorted(asked, key=lambda each: not each.get("is_primary"))
    return {
        "addresses": [each["address"] for each in ordered],
        "labels": {each["address"].lower(): each.get("label", "") for each in ordered},
    }


def _matching(typed: str) -> Q:
    address = PersonEmail.objects.filter(
        person=OuterRef("pk"), address__contains=typed.lower().strip()
    )
    return Q(name_key__contains=sort_key(typed)) | Q(Exists(address))


def _unless_taken(run: Callable[[], Any]) -> Any:
    try:
        return run()
    except actions.AddressTaken as error:
        text = _("%(address)s belongs to %(name)s.")
        raise Conflict(text % {"address": error.address, "name": error.person.name}) from error
