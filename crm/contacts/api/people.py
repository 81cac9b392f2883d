"""People for programs."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample

from crm.contacts import actions
from crm.contacts.actions import Reach
from crm.contacts.models import Organization, Person
from crm.fields import phones
from crm.fields.api.asked import RecordQuery
from crm.fields.api.label_names import Seen
from crm.fields.api.merging import MergedRecords
from crm.fields.api.shapes import NewRecordShape, RecordShape
from crm.ui.rest import fields, shapes
from crm.ui.rest.refusals import Conflict
from crm.workspaces.models import Membership

MOST_ADDRESSES = 50

EXAMPLE = OpenApiExample(
    "A person",
    request_only=True,
    value={
        "name": "Dana Whitfield",
        "emails": [{"address": "dana@northwind.test", "label": "work", "primary": True}],
        "phones": [{"number": "+44 20 7946 0018", "label": "work"}],
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


class PhoneShape(shapes.Shape):
    number = fields.Text(
        max_length=60, help_text="Kept as +44…; without a country code, of your own country."
    )
    label = fields.Text(  # type: ignore[assignment]  # a field of the phone, not of the form
        required=False, allow_blank=True, default="", max_length=40
    )
    primary = fields.Flag(required=False, default=False, source="is_primary")


class NewPersonShape(NewRecordShape):
    """A person to make."""

    name = fields.Text(max_length=200)
    emails = EmailShape(
        many=True,
        required=False,
        default=list,
        max_length=MOST_ADDRESSES,  # type: ignore[call-arg]  # of the list
        help_text="Without a primary one the first is it.",
    )
    phones = PhoneShape(
        many=True,
        required=False,
        default=list,
        max_length=MOST_ADDRESSES,  # type: ignore[call-arg]  # of the list
    )
    title = fields.Text(required=False, allow_blank=True, max_length=120)
    address = fields.Text(
        required=False, allow_blank=True, max_length=1000, help_text="Where letters go."
    )
    organization = fields.Ref(
        lambda asking: Organization.objects.visible_to(asking),
        required=False,
        allow_null=True,
        help_text="The id of an organization.",
    )


class PersonShape(RecordShape):
    name = fields.Text()
    emails = EmailShape(many=True, source="emails.all")
    phones = PhoneShape(many=True, source="phones.all")
    title = fields.Text()
    address = fields.Text()
    organization = Seen()


class PersonQuery(RecordQuery):
    organization = fields.Ref(
        lambda asking: Organization.objects.visible_to(asking),
        required=False,
        help_text="People who work there.",
    )


class People(MergedRecords):
    """The people one sells to, as far as their visibility shows them."""

    read_scope = "people:read"
    write_scope = "people:write"
    model = Person
    one, many = "a person", "people"
    serializer_class = PersonShape
    list_query = PersonQuery
    narrowed_by = ("organization",)
    new_shape = NewPersonShape
    examples = (EXAMPLE,)
    notes = {
        "create": "A new person; 409 when an address belongs to somebody already.",
        "partial_update": "Change what is named; `emails` and `phones`, if given, are all of"
        " them anew.",
        "destroy": "Put it into the trash for thirty days; mail stays where it is.",
        "restore": "Take it out of the trash; addresses that others took meanwhile stay theirs.",
    }

    def loaded(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("owner", "organization").prefetch_related("emails", "phones")

    def _region(self) -> str:
        return phones.region_of(self.member.user.time_zone)

    def make(self, asked: Mapping[str, Any]) -> Person:
        given = dict(asked)
        reach = _reach(given, self._region())
        name = given.pop("name")
        return _unless_taken(
            self.member,
            lambda: actions.create_person(
                name=name,
                emails=reach.get("emails", []),
                phones=reach.get("phones", []),
                values=given,
                by=self.member,
                at=timezone.now(),
            ),
        )

    def alter(self, record: Any, asked: Mapping[str, Any], version: int | None) -> Person:
        given = dict(asked)
        reach = _reach(given, self._region())
        return _unless_taken(
            self.member,
            lambda: actions.change_person(
                person=record,
                values=given,
                emails=reach.get("emails"),
                phones=reach.get("phones"),
                by=self.member,
                at=timezone.now(),
                version=version,
                strict=True,
            ),
        )


def _reach(given: dict[str, Any], region: str) -> dict[str, list[Reach]]:
    """Addresses and phones taken out of what was asked, the primary ones first."""
    found: dict[str, list[Reach]] = {}
    for name, column in (("emails", "address"), ("phones", "number")):
        if name not in given:
            continue
        ordered = sorted(given.pop(name), key=lambda each: not each.get("is_primary"))
        read = (lambda text: phones.normal(text, region)) if name == "phones" else str
        found[name] = [Reach(read(each[column]), each.get("label", "")) for each in ordered]
    return found


def _unless_taken(member: Membership, run: Callable[[], Person]) -> Person:
    try:
        return run()
    except actions.AddressTaken as error:
        raise Conflict(error.told(member)) from error
