"""A deal's page, a new one, and what is done to one: moved, won, lost, opened again."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from crm.contacts import actions as contacts
from crm.deals import actions, queries
from crm.deals.forms import DealForm
from crm.deals.models import Deal, DealPerson, LostReason
from crm.deals.views import board, doing
from crm.deals.views.kind import DEALS, person_named
from crm.fields.queries import sheet
from crm.fields.views import lists
from crm.ui.render import page_or_part
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_safe
def listed(request: MemberRequest, workspace: str) -> HttpResponse:
    """Every deal in a table."""
    return lists.records(request, DEALS, layout="list")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: MemberRequest, workspace: str) -> HttpResponse:
    """A deal typed in by hand, in `?stage=` or the first stage."""
    permissions.require(request.member, "deals.change")
    found = board.pipelines(request)
    stages = [stage for pipeline in found for stage in board.stages_of(pipeline)]
    form = DealForm(
        request.POST or None,
        stages=stages,
        codes=queries.currencies().codes,
        initial={
            "stage": request.GET.get("stage", ""),
            "organization": request.GET.get("organization", ""),
            "person": request.GET.get("person", ""),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            deal = _create(request, form)
            return redirect("deals:deal", workspace, deal.uid)
        except actions.Lacking as error:
            form.add_error("stage", doing.lacking(error))
    context = {"place": "deals", "form": form, "kind": DEALS}
    status = 422 if form.errors else 200
    return page_or_part(request, "crm/fields/new.html", context, part="form", status=status)


def _create(request: MemberRequest, form: DealForm) -> Deal:
    typed, by, at = form.cleaned_data, request.member, timezone.now()
    values = {"value": typed["value"], "expected_on": typed["expected_on"]}
    if typed["organization"]:
        values["organization"] = contacts.organization_named(
            name=typed["organization"], by=by, at=at
        )
    if typed["person"]:
        values["person"] = person_named(typed["person"], by=by, at=at)
    return actions.create_deal(
        name=typed["name"],
        stage=form.chosen_stage(),
        currency=typed["currency"],
        values=values,
        by=by,
        at=at,
    )


@require_safe
def deal(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """One deal: where it stands, what is known, who takes part."""
    row = DEALS.get(request.member, uid)
    at = timezone.now()
    people = DealPerson.objects.filter(deal=row, person__trashed_at=None).select_related("person")
    context = {
        "place": "deals",
        "kind": DEALS,
        "record": row,
        "sheet": sheet(Deal, [row], request.member),
        "way": queries.way(row, at),
        "people": list(people.order_by("pk")),
        "reasons": list(LostReason.objects.order_by("position", "pk")),
        "at": at,
        "may_change": permissions.may(request.member, "deals.change"),
        "may_delete": permissions.may(request.member, "deals.delete"),
    }
    return page_or_part(request, "crm/deals/deal.html", context, part="head")
