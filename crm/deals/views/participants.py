"""Who takes part in a deal: a panel of its page."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.contacts import actions as contacts
from crm.contacts.models import Person
from crm.deals import actions, forms, queries
from crm.deals.models import Deal
from crm.deals.views.kind import DEALS
from crm.fields.queries.naming import Namesakes
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_http_methods(["GET", "HEAD", "POST"])
def participants(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `person` (a name) and `role` adds one, `without` (a person's id) takes one out."""
    deal = DEALS.get(request.member, uid)
    error = ""
    if request.method == "POST":
        permissions.require(request.member, "deals.change")
        error = _change(request, deal)
    context: dict[str, Any] = {
        "record": deal,
        "people": queries.participants(deal, request.member),
        "error": error,
        "typed": request.POST if error else None,
        "may_change": permissions.may(request.member, "deals.change"),
    }
    status = 422 if error else 200
    response = render(request, "crm/deals/participants.html", context, status=status)
    if request.method == "POST" and not error:
        response.headers["HX-Trigger"] = "fio:changed"
    return response


def _change(request: MemberRequest, deal: Deal) -> str:
    """Do it; returns what is wrong, or nothing."""
    posted, by, at = request.POST, request.member, timezone.now()
    if posted.get("without"):
        person = _person(request, posted["without"])
        actions.remove_participant(deal=deal, person=person, by=by, at=at)
        return ""
    form = forms.ParticipantForm(posted)
    if not form.is_valid():
        return " ".join(str(error) for errors in form.errors.values() for error in errors)
    meant, role = form.cleaned_data["person"], form.cleaned_data["role"]
    try:
        with transaction.atomic():
            person = contacts.person_named(meant=meant, by=by, at=at)
            actions.add_participant(deal=deal, person=person, role=role, by=by, at=at)
    except Namesakes as error:
        return str(error)
    except actions.TooMany:
        return _("Nobody more fits in here.")
    return ""


def _person(request: MemberRequest, typed: str) -> Person:
    try:
        uid = UUID(typed)
    except ValueError as error:
        raise Http404 from error
    found: Person | None = Person.objects.visible_to(request.member).filter(uid=uid).first()
    if found is None:
        raise Http404
    return found
