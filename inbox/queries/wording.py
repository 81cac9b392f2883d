"""Values of facts as they stand in a sentence."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.dates import format_date
from babel.numbers import UnknownCurrencyError, format_currency, format_decimal
from django.db.models import Model
from django.utils.translation import gettext as _

from crm.fields.facts import Fact
from crm.ui import times


def words(value: Any, fact: Fact, record: Any) -> str:
    """A value as it stands in a sentence, in the writer's language."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return times.full(value)
    if isinstance(value, date):
        return str(format_date(value, "long", locale=times.locale()))
    if fact.type == "money":
        return _money(value, record)
    if isinstance(value, int | float | Decimal):
        return str(format_decimal(value, locale=times.locale()))
    if fact.type in ("emails", "phones"):
        row = value[0] if value else None
        return str(getattr(row, "address", "") or getattr(row, "number", ""))
    if isinstance(value, list | tuple):
        return ", ".join(words(each, fact, record) for each in value)
    return str(getattr(value, "name", value) if isinstance(value, Model) else value)


def _money(value: Any, record: Any) -> str:
    amount, currency = (
        (value["amount"], value["currency"])
        if isinstance(value, dict)
        else (value, record.currency)
    )
    try:
        return str(format_currency(Decimal(str(amount)), currency, locale=times.locale()))
    except (InvalidOperation, UnknownCurrencyError):
        return f"{amount} {currency}"
