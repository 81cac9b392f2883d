"""What the currencies of a workspace are worth."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from crm.deals.models import Currency
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership

# How many decimals a rate keeps
FINEST = Decimal("0.00000001")
LARGEST = Decimal(10) ** 9
BEYOND = Decimal(10) ** 10


class RatesApart(Exception):
    """In this currency another one would be worth more than a rate can say."""


def change_rate(*, currency: Currency, rate: Decimal, by: Membership, at: datetime) -> Currency:
    """Another rate; sums follow at once, deals keep their own amounts. The base one stays 1."""
    if currency.is_base or currency.rate == rate:
        return currency
    with transaction.atomic():
        changes = {"rate": [f"{currency.rate.normalize():f}", f"{rate.normalize():f}"]}
        currency.rate = rate
        currency.save(update_fields=["rate"])
        timeline.record(
            "currency.changed", by=by, about=[currency], at=at, data={"changes": changes}
        )
    return currency


def change_base(*, currency: Currency, by: Membership, at: datetime) -> Currency:
    """Sums are shown in this currency from now on; the rates are worked out anew from its own.

    Raises RatesApart.
    """
    if currency.is_base:
        return currency
    with transaction.atomic():
        rows = list(Currency.objects.select_for_update().order_by("-is_base", "pk"))
        unit = next(row.rate for row in rows if row.pk == currency.pk)
        former = next((row.code for row in rows if row.is_base), "")
        for row in rows:
            if row.rate / unit >= BEYOND:
                raise RatesApart
            row.rate = (row.rate / unit).quantize(FINEST) or FINEST
            row.is_base = False
        # One base at a time: the former one steps down first
        Currency.objects.bulk_update(rows, ["rate", "is_base"])
        currency.is_base, currency.rate = True, Decimal(1)
        currency.save(update_fields=["is_base", "rate"])
        changes = {"base": [former, currency.code]}
        timeline.record(
            "currency.changed", by=by, about=[currency], at=at, data={"changes": changes}
        )
    return currency
