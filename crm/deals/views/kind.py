"""Deals as the common pages see them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.deals import queries
from crm.deals.models import Deal, Stage
from crm.deals.views import making
from crm.fields import actions as records
from crm.fields import values
from crm.fields.facts import Fact
from crm.fields.models import Record
from crm.fields.views.kinds import Kind, Refused, write_plainly
from crm.workspaces.middleware import MemberRequest


def _loaded(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("owner", "person", "organization", "stage", "pipeline")


def write_value(
    request: MemberRequest, record: Any, fact: Fact, value: Any, seen: int | None, at: datetime
) -> Record:
    """A value with its currency, or another fact as it was read."""
    if fact.name != "value":
        return write_plainly(request, record, fact, value, seen, at)
    amount, currency = value
    given = {"value": amount, "currency": currency or record.currency}
    return records.change(record, given, by=request.member, at=at, version=seen)


def read_value(request: MemberRequest, _fact: Fact) -> tuple[Any, str]:
    """An amount and its currency; raises Refused."""
    typed = request.POST.get("value", "").strip()
    code = request.POST.get("currency", "").strip().upper()[:3]
    if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise Refused(_("A currency has three letters, as EUR."))
    if not typed:
        return None, code
    amount = values.typed(typed)
    if amount < 0 or amount >= 10**14:
        raise Refused(_("A value is not below zero and has at most 14 digits."))
    return amount.quantize(values.CENT), code


def _around(request: MemberRequest, row: Deal) -> dict[str, Any]:
    """Where it stands, who takes part, and why it may be lost."""
    at = timezone.now()
    return {
        "way": queries.way(row, at),
        "people": queries.participants(row, request.member),
        "reasons": queries.reasons(),
        "at": at,
    }


def _places() -> list[tuple[int, str]]:
    """Every stage with its pipeline, in order."""
    rows = Stage.objects.filter(pipeline__closed_at=None).select_related("pipeline")
    ordered = rows.order_by("pipeline__position", "pipeline", "position", "pk")
    return [(stage.pk, f"{stage.pipeline.name}: {stage.name}") for stage in ordered]


DEALS = Kind(
    model=Deal,
    titles={
        "many": gettext_lazy("Deals"),
        "new": gettext_lazy("Add a deal"),
        "find": gettext_lazy("Find a deal"),
        "hint": gettext_lazy("Title, person or organization"),
        "empty": gettext_lazy("No deals yet"),
        "empty_text": gettext_lazy(
            "A deal is something somebody may buy. Add the first one and move it on."
        ),
        "back": gettext_lazy("Back to the board"),
    },
    icon="deal",
    plans=True,
    around_whom=queries.of_contact,
    apart=("organization", "person", "stage"),
    columns=(
        "value", "organization", "person", "stage", "status", "expected_on", "labels", "owner",
    ),
    page="crm/deals/deal.html",
    part="head",
    form=making.form,
    make=making.make,
    around=_around,
    write=write_value,
    readers={"value": read_value},
    loaded=_loaded,
    places=_places,
    table="deals_list",
    template="crm/deals/list.html",
)  # fmt: skip
