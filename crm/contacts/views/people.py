"""People: the list, a page for each, and one typed in by hand."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from crm.contacts import actions, queries
from crm.contacts.actions import Reach
from crm.contacts.forms import PersonForm, read_addresses
from crm.contacts.models import Organization, Person
from crm.fields import phones
from crm.fields.facts import Fact
from crm.fields.models import Record
from crm.fields.queries import sheet
from crm.fields.views.kinds import Kind, Refused, write_plainly
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

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
        raise Refused(_belongs(request, taken)) from taken


def _belongs(request: MemberRequest, taken: actions.AddressTaken) -> str:
    """Whose an address is; somebody the member may not see stays unnamed."""
    if Person.objects.visible_to(request.member).filter(pk=taken.person.pk).exists():
        words = {"address": taken.address, "name": taken.person.name}
        return _("%(address)s belongs to %(name)s.") % words
    return _("%(address)s belongs to somebody else here.") % {"address": taken.address}


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


def _organization(request: MemberRequest, _fact: Fact) -> Organization | None:
    typed = request.POST.get("value", "").strip()[:200]
    if not typed:
        return None
    return actions.organization_named(name=typed, by=request.member, at=timezone.now())


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
    columns=("organization", "emails", "phones", "labels", "owner"),
    write=_write,
    readers={"emails": _emails, "phones": _phones, "organization": _organization},
    loaded=_loaded,
)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, workspace: str) -> HttpResponse:
    """A person typed in by hand."""
    permissions.require(request.member, "people.change")
    form = PersonForm(request.POST or None, initial={"organization": request.GET.get("at", "")})
    if request.method == "POST" and form.is_valid():
        try:
            person = _create(request, form.cleaned_data)
            return redirect("contacts:person", workspace, person.uid)
        except actions.AddressTaken as taken:
            form.add_error("addresses", _belongs(request, taken))
    context = {"place": "people", "form": form, "kind": PEOPLE}
    status = 422 if form.errors else 200
    return page_or_part(request, "crm/fields/new.html", context, part="form", status=status)


def _create(request: MemberRequest, typed: dict[str, Any]) -> Person:
    at, by = timezone.now(), request.member
    region = phones.region_of(request.user.time_zone)
    values = {"title": typed["title"]}
    if typed["organization"]:
        values["organization"] = actions.organization_named(
            name=typed["organization"], by=by, at=at
        )
    return actions.create_person(
        name=typed["name"],
        emails=[Reach(address) for address in typed["addresses"]],
        phones=[Reach(phones.normal(number, region)) for number in typed["phones"]],
        values=values,
        by=by,
        at=at,
    )


@require_safe
def person(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """One person; the conversations come from the inbox's own address."""
    row = PEOPLE.get(request.member, uid)
    context = {
        "place": "people",
        "kind": PEOPLE,
        "record": row,
        "sheet": sheet(Person, [row], request.member),
        "address": queries.main_address(row),
        "may_change": permissions.may(request.member, "people.change"),
        "may_delete": permissions.may(request.member, "people.delete"),
    }
    return page_or_part(request, "crm/contacts/person.html", context)


@require_safe
def names(request: MemberRequest, workspace: str) -> HttpResponse:
    """People whose name begins with `?value=`: what a field offers while one types."""
    typed = request.GET.get("value", request.GET.get("person", "")).strip()[:100]
    found = queries.find(request.member, typed, limit=8) if typed else []
    return page_or_part(request, "crm/fields/offers.html", {"names": [row.name for row in found]})
