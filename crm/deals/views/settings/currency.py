"""Settings: one currency: what it is worth, made the base, or off the list."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crm.deals.actions import currencies as actions
from crm.deals.actions import rates
from crm.deals.forms import CurrencyForm, RateForm
from crm.deals.models import Currency
from crm.deals.views.settings.currencies import page
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest


@require_POST
def currency(request: MemberRequest, workspace: str, uid: UUID) -> HttpResponse:
    """POST `rate`, or `make` base, or `make` gone."""
    permissions.require(request.member, "pipelines.change")
    row = get_object_or_404(Currency, uid=uid)
    given: dict[str, Any] = {"currency": row, "by": request.member, "at": timezone.now()}
    make = request.POST.get("make")
    form = RateForm(request.POST)
    if make == "base":
        _make_base(request, row, given)
    elif make == "gone":
        _remove(request, row, given)
    elif form.is_valid():
        rates.change_rate(**given, rate=form.cleaned_data["rate"])
        messages.success(request, _("Saved."))
    else:
        return page(request, CurrencyForm(auto_id="new-%s"), 422, {row.pk: form})
    return redirect("deals:currencies", workspace)


def _make_base(request: MemberRequest, row: Currency, given: dict[str, Any]) -> None:
    try:
        rates.change_base(**given)
        messages.success(request, _("Sums are in %(code)s from now on.") % {"code": row.code})
    except rates.RatesApart:
        text = _("In %(code)s the rates would be too large. Look at the rates first.")
        messages.error(request, text % {"code": row.code})


def _remove(request: MemberRequest, row: Currency, given: dict[str, Any]) -> None:
    try:
        actions.remove_currency(**given)
        messages.success(request, _("%(code)s is off the list.") % {"code": row.code})
    except actions.CurrencyInUse as error:
        text = ngettext(
            "%(count)s deal is in %(code)s, so it stays.",
            "%(count)s deals are in %(code)s, so it stays.",
            error.count,
        )
        messages.error(request, text % {"count": error.count, "code": row.code})
