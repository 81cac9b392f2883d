"""A deal's page, a new one, and what is done to one: moved, won, lost, opened again."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.contacts import actions as contacts
from crm.deals import actions, queries
from crm.deals.forms import DealForm
from crm.deals.models import Deal, DealPerson, LostReason, Stage
from crm.deals.views import board
from crm.deals.views.kind import DEALS, person_named
from crm.fields import actions as records
from crm.fields.queries import sheet
from crm.fields.views import lists
from crm.ui.render import page_or_part, say
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
            form.add_error("stage", _lacking(error))
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


@require_POST
def move(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `to`, the stage's id, and the `version` that was seen."""
    permissions.require(request.member, "deals.change")
    row = DEALS.get(request.member, uid)
    stage = _stage(request.POST.get("to") or request.GET.get("to", ""))
    before = row.stage
    try:
        actions.move_deal(
            deal=row, to=stage, by=request.member, at=timezone.now(), version=_seen(request)
        )
    except actions.Lacking as error:
        return _refused(_lacking(error), 422)
    except records.Outdated as error:
        return _refused(_outdated(error), 409)
    undo = reverse("deals:deal_stage", args=[workspace, uid]) + f"?to={before.uid}"
    words = {"deal": row.name, "stage": stage.name}
    return _done(_("%(deal)s is in %(stage)s now") % words, undo if before != stage else "")


@require_POST
def closure(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `as` won, lost (with a `reason`) or open."""
    permissions.require(request.member, "deals.change")
    row = DEALS.get(request.member, uid)
    how = request.POST.get("as") or request.GET.get("as", "")
    at, by, seen = timezone.now(), request.member, _seen(request)
    before = row.status
    try:
        if how == "won":
            actions.win_deal(deal=row, by=by, at=at, version=seen)
            text = _("%(deal)s is won")
        elif how == "lost":
            reason = request.POST.get("reason", "").strip()
            actions.lose_deal(deal=row, reason=reason, by=by, at=at, version=seen)
            text = _("%(deal)s is lost")
        elif how == "open":
            actions.reopen_deal(deal=row, by=by, at=at, version=seen)
            text = _("%(deal)s is open again")
        else:
            raise Http404
    except records.Outdated as error:
        return _refused(_outdated(error), 409)
    undo = reverse("deals:deal_closure", args=[workspace, uid]) + f"?as={before}"
    return _done(text % {"deal": row.name}, undo if before != how else "")


def _done(text: str, undo: str) -> HttpResponse:
    return say(HttpResponse(status=204), text, undo=undo, label=_("Undo") if undo else "")


def _refused(text: str, status: int) -> HttpResponse:
    """What could not be done, for a toast; the page asks again how things stand."""
    return say(HttpResponse(text, status=status, content_type="text/plain"), text)


def _outdated(error: records.Outdated) -> str:
    who = error.by.name if error.by else _("Somebody")
    return _("%(who)s changed this deal meanwhile. Look at it once more.") % {"who": who}


def _lacking(error: actions.Lacking) -> str:
    names = ", ".join(str(fact.label) for fact in error.facts)
    return _("This stage asks for: %(names)s. Fill it in first.") % {"names": names}


def _stage(typed: str) -> Stage:
    try:
        found = Stage.objects.filter(uid=UUID(typed)).select_related("pipeline").first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    stage: Stage = found
    return stage


def _seen(request: MemberRequest) -> int | None:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
