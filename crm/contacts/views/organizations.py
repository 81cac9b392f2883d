"""Organizations as the common pages see them."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from crm.contacts import actions
from crm.contacts.forms import OrganizationForm
from crm.contacts.models import Organization, Person
from crm.fields import phones
from crm.fields.views.kinds import Kind
from crm.workspaces.middleware import MemberRequest

# How many of its people an organization's page lists at once
PEOPLE_SHOWN = 50


def _form(request: MemberRequest) -> OrganizationForm:
    return OrganizationForm(request.POST or None)


def _make(request: MemberRequest, form: OrganizationForm, custom: dict[str, Any]) -> Organization:
    values: dict[str, Any] = {**form.cleaned_data, "custom": custom}
    values["phone"] = phones.normal(values["phone"], phones.region_of(request.user.time_zone))
    return actions.create_organization(
        name=values.pop("name"), values=values, by=request.member, at=timezone.now()
    )


def _around(request: MemberRequest, row: Organization) -> dict[str, Any]:
    people: QuerySet[Person] = Person.objects.visible_to(request.member).filter(organization=row)
    return {"people": list(people.order_by("name_key", "pk")[:PEOPLE_SHOWN])}


ORGANIZATIONS = Kind(
    model=Organization,
    titles={
        "many": gettext_lazy("Organizations"),
        "new": gettext_lazy("Add an organization"),
        "find": gettext_lazy("Find an organization"),
        "hint": gettext_lazy("Name, domain or address"),
        "empty": gettext_lazy("No organizations yet"),
        "empty_text": gettext_lazy(
            "Companies and others one sells to stand here, each with its people and deals."
        ),
        "back": gettext_lazy("Back to organizations"),
    },
    icon="organization",
    apart=("domains", "phone", "address"),
    columns=("domains", "phone", "labels", "owner"),
    page="crm/contacts/organization.html",
    form=_form,
    make=_make,
    around=_around,
    named=actions.organization_named,
)
