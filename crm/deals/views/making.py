"""A deal typed in by hand."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.contacts import actions as contacts
from crm.deals import actions, queries
from crm.deals.forms import DealForm
from crm.deals.models import Deal, Stage
from crm.deals.views import pipelines
from crm.fields.forms import named
from crm.workspaces.middleware import MemberRequest


def form(request: MemberRequest) -> DealForm:
    """What is asked about a new deal, in `?stage=` or the first stage."""
    found = Stage.objects.filter(pipeline__in=pipelines.offered(request))
    asked = request.GET
    return DealForm(
        request.POST or None,
        stages=list(found.order_by("pipeline__position", "pipeline", "position", "pk")),
        codes=queries.currencies().codes,
        initial={"stage": asked.get("stage", ""), "name": asked.get("name", "")[:200]}
        | {name: named(asked, name) for name in ("organization", "person")},
    )


def make(request: MemberRequest, typed: DealForm, custom: dict[str, Any]) -> Deal:
    """The deal of a form; raises Lacking where the stage asks for more."""
    given, by, at = typed.cleaned_data, request.member, timezone.now()
    values = {"value": given["value"], "expected_on": given["expected_on"], "custom": custom}
    if given["organization"]:
        values["organization"] = contacts.organization_named(
            meant=given["organization"], by=by, at=at
        )
    if given["person"]:
        values["person"] = contacts.person_named(meant=given["person"], by=by, at=at)
    return actions.create_deal(
        name=given["name"],
        stage=typed.chosen_stage(),
        currency=given["currency"],
        values=values,
        by=by,
        at=at,
    )


def lacking(error: actions.Lacking) -> str:
    """What the stage asks for, for people."""
    names = ", ".join(str(fact.label) for fact in error.facts)
    return _("This stage asks for: %(names)s. Fill it in first.") % {"names": names}
