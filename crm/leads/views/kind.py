"""Leads as the common pages see them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from crm.contacts import actions as contacts
from crm.deals import queries as deals
from crm.deals.models import Stage
from crm.deals.views.kind import read_value, write_value
from crm.deals.views.pipelines import offered
from crm.fields.forms import named
from crm.fields.queries import sees
from crm.fields.views.kinds import Kind
from crm.leads import actions
from crm.leads.forms import LeadForm
from crm.leads.models import Lead
from crm.workspaces.middleware import MemberRequest


def _loaded(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("owner", "person", "organization", "deal")


def _form(request: MemberRequest) -> LeadForm:
    asked = request.GET
    return LeadForm(
        request.POST or None,
        codes=deals.currencies().codes,
        initial={"source": asked.get("source", ""), "name": asked.get("name", "")[:200]}
        | {name: named(asked, name) for name in ("organization", "person")},
    )


def _make(request: MemberRequest, form: LeadForm, custom: dict[str, Any]) -> Lead:
    given, by, at = dict(form.cleaned_data), request.member, timezone.now()
    values = {name: given[name] for name in ("source", "value")} | {"custom": custom}
    if given["organization"]:
        values["organization"] = contacts.organization_named(
            meant=given["organization"], by=by, at=at
        )
    if given["person"]:
        values["person"] = contacts.person_named(meant=given["person"], by=by, at=at)
    return actions.create_lead(
        name=given["name"], currency=given["currency"], values=values, by=by, at=at
    )


def stages(request: MemberRequest) -> list[Stage]:
    """Where a deal may begin, by pipeline, in their order."""
    rows = Stage.objects.filter(pipeline__in=offered(request)).select_related("pipeline")
    return list(rows.order_by("pipeline__position", "pipeline", "position", "pk"))


def _around(request: MemberRequest, row: Lead) -> dict[str, Any]:
    """The stages it may be taken up in, and the deal it is."""
    deal = row.deal
    visible = deal is not None and not deal.is_trashed and sees(request.member, deal)
    return {
        "stages": stages(request),
        "deal": deal if visible and not row.is_open else None,
    }


def _of_contact(contact: Any) -> Q:
    """Leads of a person or an organization that are no deals yet."""
    return Q(**{contact.kind(): contact}) & ~Q(status=Lead.Status.CONVERTED)


LEADS = Kind(
    model=Lead,
    titles={
        "many": gettext_lazy("Leads"),
        "new": gettext_lazy("Add a lead"),
        "find": gettext_lazy("Find a lead"),
        "hint": gettext_lazy("Title, person, organization or source"),
        "empty": gettext_lazy("No leads yet"),
        "empty_text": gettext_lazy(
            "Whoever may want to buy stands here until somebody takes it up as a deal."
        ),
        "back": gettext_lazy("Back to the leads"),
    },
    icon="lead",
    apart=("organization", "person", "source"),
    columns=(
        "source", "labels", "value", "person", "organization", "created_at", "owner",
    ),
    page="crm/leads/lead.html",
    part="head",
    form=_form,
    make=_make,
    around=_around,
    write=write_value,
    readers={"value": read_value},
    loaded=_loaded,
    template="crm/leads/inbox.html",
    sort="-created_at",
    around_whom=_of_contact,
)  # fmt: skip
