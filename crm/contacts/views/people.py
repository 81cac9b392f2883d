"""People as the common pages see them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from crm.contacts import actions, queries
from crm.contacts.actions import Reach
from crm.contacts.forms import PersonForm, read_addresses
from crm.contacts.models import Person
from crm.fields import phones
from crm.fields.facts import Fact
from crm.fields.forms import named
from crm.fields.models import Record
from crm.fields.views.kinds import OFFERED, Kind, Refused, write_plainly
from crm.workspaces.middleware import MemberRequest
from crm.workspaces.models import Membership

# How many addresses or phones one form takes
MOST = 20


def _loaded(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("owner", "organization").prefetch_related("emails", "phones")


def _write(
    request: MemberRequest, record: Any, fact: Fact, value: Any, seen: int | None, at: datetime
) -> Record:
    if fact.name not in ("emails", "phones"):
        return write_plainly(request, record, fact, value, seen, at)
    try:
        return actions.change_person(
            person=record,
            values={},
            emails=value if fact.name == "emails" else None,
            phones=value if fact.name == "phones" else None,
            by=request.member,
            at=at,
            version=seen,
        )
    except actions.AddressTaken as taken:
        raise Refused(taken.told(request.member)) from taken


def _emails(request: MemberRequest, _fact: Fact) -> list[Reach]:
    pairs = _pairs(request)
    addresses, problem = read_addresses([value for value, _label in pairs])
    if problem:
        raise Refused(problem)
    return [Reach(address, label) for address, (_v, label) in zip(addresses, pairs, strict=True)]


def _phones(request: MemberRequest, _fact: Fact) -> list[Reach]:
    region = phones.region_of(request.user.time_zone)
    return [Reach(phones.normal(value, region), label) for value, label in _pairs(request)]


def _pairs(request: MemberRequest) -> list[tuple[str, str]]:
    posted = request.POST
    values, labels = posted.getlist("value")[:MOST], posted.getlist("label")[:MOST]
    labels += [""] * (len(values) - len(labels))
    return [
        (value.strip(), label.strip()[:40])
        for value, label in zip(values, labels, strict=True)
        if value.strip()
    ]


def _form(request: MemberRequest) -> PersonForm:
    initial = {"organization": named(request.GET, "at")}
    return PersonForm(request.POST or None, initial=initial)


def _make(request: MemberRequest, form: PersonForm, custom: dict[str, Any]) -> Person:
    at, by, typed = timezone.now(), request.member, form.cleaned_data
    region = phones.region_of(request.user.time_zone)
    values = {"title": typed["title"], "custom": custom}
    if typed["organization"]:
        values["organization"] = actions.organization_named(
            meant=typed["organization"], by=by, at=at
        )
    try:
        return actions.create_person(
            name=typed["name"],
            emails=[Reach(address) for address in typed["addresses"]],
            phones=[Reach(phones.normal(number, region)) for number in typed["phones"]],
            values=values,
            by=by,
            at=at,
        )
    except actions.AddressTaken as taken:
        raise Refused(taken.told(request.member), "addresses") from taken


def _around(_request: MemberRequest, row: Person) -> dict[str, Any]:
    """The address one writes to; the conversations come from the inbox's own address."""
    return {"address": queries.main_address(row)}


def _offers(member: Membership, typed: str) -> list[Person]:
    return queries.find(member, typed, limit=OFFERED)


PEOPLE = Kind(
    model=Person,
    titles={
        "many": gettext_lazy("People"),
        "new": gettext_lazy("Add a person"),
        "find": gettext_lazy("Find a person"),
        "hint": gettext_lazy("Name, address or phone"),
        "empty": gettext_lazy("Nobody yet"),
        "empty_text": gettext_lazy(
            "Add the first one, or open a conversation and press “Create person”."
        ),
        "back": gettext_lazy("Back to people"),
    },
    icon="person",
    apart=("organization", "emails"),
    columns=("organization", "emails", "phones", "labels", "owner"),
    page="crm/contacts/person.html",
    form=_form,
    make=_make,
    around=_around,
    write=_write,
    readers={"emails": _emails, "phones": _phones},
    loaded=_loaded,
    fill=queries.load_reach,
    named=actions.person_named,
    offers=_offers,
)
