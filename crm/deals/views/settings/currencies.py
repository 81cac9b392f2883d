"""Settings: the currencies a workspace sells in."""

from decimal import Decimal

from babel.numbers import get_currency_name
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.deals.actions import currencies as actions
from crm.deals.forms import CurrencyForm, RateForm
from crm.deals.models import Currency
from crm.deals.views.pipelines import offered
from crm.deals.views.settings import ordering
from crm.ui import times
from crm.workspaces import permissions
from crm.workspaces.middleware import MemberRequest

# What is offered first; every code of three letters is taken
KNOWN = ("EUR", "USD", "GBP", "BRL", "CHF", "JPY", "CAD", "AUD", "SEK", "PLN", "MXN", "ARS")


@require_http_methods(["GET", "HEAD", "POST"])
def currencies(request: MemberRequest, workspace: str) -> HttpResponse:
    """The base currency, the others with their rates, and a form for one more."""
    permissions.require(request.member, "pipelines.change")
    form = CurrencyForm(request.POST or None, auto_id="new-%s")
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_currency(**form.cleaned_data, by=request.member, at=timezone.now())
            return redirect("deals:currencies", workspace)
        except actions.CurrencyThere:
            form.add_error("code", _("This currency is there already."))
    return page(request, form, 422 if form.errors else 200)


@require_POST
def order(request: MemberRequest, workspace: str) -> HttpResponse:
    return ordering.ordered(request, Currency.objects.filter(is_base=False), "currency.ordered")


def page(
    request: MemberRequest,
    form: CurrencyForm,
    status: int,
    bound: dict[int, RateForm] | None = None,
) -> HttpResponse:
    offered(request)  # makes the base currency where there is none yet
    rows = list(Currency.objects.order_by("-is_base", "position", "code"))
    context = {
        "section": "currencies",
        "base": rows[0],
        "base_name": named(rows[0].code),
        "currencies": [
            (row, named(row.code), (bound or {}).get(row.pk) or _rate(row)) for row in rows[1:]
        ],
        "known": [(code, named(code)) for code in KNOWN],
        "form": form,
    }
    return render(request, "crm/deals/settings/currencies.html", context, status=status)


def named(code: str) -> str:
    """Pound sterling, real brasileiro; the code itself where nobody has named it."""
    return get_currency_name(code, locale=times.locale())


def _rate(row: Currency) -> RateForm:
    rate = Decimal(f"{row.rate.normalize():f}")
    return RateForm(initial={"rate": rate}, auto_id=f"currency-{row.uid}-%s")
