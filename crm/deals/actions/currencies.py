"""The currencies a workspace sells in."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from crm.deals.models import Currency, Deal
from crm.fields.models.definitions import next_position
from crm.timeline import actions as timeline
from crm.workspaces.models import Membership


class CurrencyThere(Exception):
    """The workspace has this currency already."""


class CurrencyInUse(Exception):
    """The base currency, or one of some deals; `count` is how many deals."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


def add_currency(*, code: str, rate: Decimal, by: Membership, at: datetime) -> Currency:
    """A currency, one unit of which is worth `rate` in the base one; raises CurrencyThere."""
    try:
        with transaction.atomic():
            made: Currency = Currency.objects.create(
                code=code, rate=rate, position=next_position(Currency)
            )
            said = {"code": code, "rate": f"{rate:f}"}
            timeline.record("currency.added", by=by, about=[made], at=at, data=said)
    except IntegrityError as error:
        raise CurrencyThere from error
    return made


def remove_currency(*, currency: Currency, by: Membership, at: datetime) -> None:
    """A currency that nothing is sold in; raises CurrencyInUse."""
    with transaction.atomic():
        count = Deal.objects.filter(currency=currency.code).count()
        if currency.is_base or count:
            raise CurrencyInUse(count)
        said = {"code": currency.code}
        timeline.record("currency.removed", by=by, about=[currency], at=at, data=said)
        currency.delete()
