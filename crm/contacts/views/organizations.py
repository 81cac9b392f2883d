"""Organizations: the list, a page for each, and one typed in by hand."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from crm.contacts import actions
from crm.contacts.forms import OrganizationForm
from crm.contacts.models import Organization, Person
from crm.fields import phones, spelling
from crm.fields.facts import Fact
from crm.fields.queries import sheet
from crm.fields.views.kinds import Kind
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

# How many of its people an organization's page lists at once
PEOPLE_SHOWN = 50


def _phone(request: MemberRequest, _fact: Fact) -> str:
    region = phones.region_of(request.user.time_zone)
    return phones.normal(request.POST.get("value", ""), region)


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
    columns=("domains", "phone", "labels", "owner"),
    readers={"phone": _phone},
)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, workspace: str) -> HttpResponse:
    """An organization typed in by hand."""
    permissions.require(request.member, "organizations.change")
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values: dict[str, Any] = dict(form.cleaned_data)
        values["phone"] = phones.normal(values["phone"], phones.region_of(request.user.time_zone))
        made = actions.create_organization(
            name=values.pop("name"), values=values, by=request.member, at=timezone.now()
        )
        return redirect("contacts:organization", workspace, made.uid)
    context = {"place": "organizations", "form": form, "kind": ORGANIZATIONS}
    status = 422 if form.errors else 200
    return page_or_part(request, "crm/fields/new.html", context, part="form", status=status)


@require_safe
def organization(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """One organization with its people."""
    row = ORGANIZATIONS.get(request.member, uid)
    people: QuerySet[Person] = Person.objects.visible_to(request.member).filter(organization=row)
    context = {
        "place": "organizations",
        "kind": ORGANIZATIONS,
        "record": row,
        "sheet": sheet(Organization, [row], request.member),
        "people": list(people.order_by("name_key", "pk")[:PEOPLE_SHOWN]),
        "may_change": permissions.may(request.member, "organizations.change"),
        "may_delete": permissions.may(request.member, "organizations.delete"),
    }
    return page_or_part(request, "crm/contacts/organization.html", context)


@require_safe
def names(request: MemberRequest, workspace: str) -> HttpResponse:
    """Organizations whose name begins with `?value=`: what a field offers while one types."""
    typed = request.GET.get("value", request.GET.get("organization", "")).strip()[:100]
    rows = Organization.objects.visible_to(request.member)
    found = (
        rows.filter(name_key__startswith=spelling.sort_key(typed)).order_by("name_key", "pk")[:8]
        if typed
        else []
    )
    return page_or_part(request, "crm/fields/offers.html", {"names": [row.name for row in found]})
