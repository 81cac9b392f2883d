"""Values of a workspace's own fields: from what was typed or sent to what is kept as JSON."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from babel.numbers import get_decimal_symbol, get_group_symbol
from django.db import models
from django.utils.translation import gettext as _

from crm.fields.facts import REFERENCES, Fact
from crm.ui import times

LONGEST = {"long_text": 20_000, "address": 1_000, "link": 2_000, "phone": 60}
MOST_CHOICES = 50
MOST_DIGITS = 15
CENT = Decimal("0.01")
# What any number that is kept fits into, in PostgreSQL
NUMBER = models.DecimalField(max_digits=30, decimal_places=MOST_DIGITS)
SPACES = re.compile(r"[\s'’]+")
THOUSANDS = re.compile(r"-?\d{1,3}[.,]\d{3}")


class Unfit(Exception):
    """A value that a field cannot take; the text says why, for people."""


def read(fact: Fact, value: Any) -> Any:
    """What is kept of a value, or None for nothing; raises Unfit.

    References come as rows and are kept as their public id.
    """
    if value is None or value == "" or value == []:
        return None
    return READERS[fact.type](fact, value)


def _text(fact: Fact, value: Any) -> str | None:
    if not isinstance(value, str):
        raise Unfit(_("This must be text."))
    text = value.replace("\x00", "").strip()
    longest = LONGEST.get(fact.type, 500)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Unfit(_("This must be text."))
    if len(text) > longest:
        raise Unfit(_("This is longer than %(most)s characters.") % {"most": longest})
    return text or None


def _number(_fact: Fact, value: Any) -> int | float:
    number = decimal(value)
    return int(number) if number == number.to_integral_value() else float(number)


def decimal(value: Any) -> Decimal:
    """A number typed with a point or sent as one; raises Unfit."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise Unfit(_("This must be a number.")) from error
    if isinstance(value, bool) or not number.is_finite():
        raise Unfit(_("This must be a number."))
    digits, exponent = number.as_tuple().digits, int(number.as_tuple().exponent)
    # What is written without its exponent would go on for ever
    is_endless = not -MOST_DIGITS <= exponent <= MOST_DIGITS
    if is_endless or len(digits) > MOST_DIGITS or abs(number) >= Decimal(10) ** MOST_DIGITS:
        raise Unfit(_("This number is too long."))
    return number


def typed(text: str) -> Decimal:
    """A number as the reader's language writes it: 1,234.56, 1.234,56, 1 234,56; raises Unfit.

    One mark alone parts the thousands where it does so in that language and three digits follow;
    else it begins the fraction, so that 99.90 and 99,90 are the same to everybody.
    """
    plain = SPACES.sub("", text)
    marks = [mark for mark in ".," if mark in plain]
    group = get_group_symbol(times.locale())
    if len(marks) == 2:
        last = max(marks, key=plain.rfind)
        plain = plain.replace(marks[0] if last == marks[1] else marks[1], "")
        marks = [last]
    elif marks and (
        plain.count(marks[0]) > 1 or (marks[0] == group and THOUSANDS.fullmatch(plain))
    ):
        plain, marks = plain.replace(marks[0], ""), []
    return decimal(plain.replace(marks[0], ".") if marks else plain)


def written(number: Any) -> str:
    """A number for a field in which it is changed: in the reader's language, without thousands."""
    return str(number).replace(".", get_decimal_symbol(times.locale()))


def _money(_fact: Fact, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) != {"amount", "currency"}:
        raise Unfit(_("Give an amount and a currency."))
    currency = str(value["currency"]).upper()
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        raise Unfit(_("A currency has three letters, as EUR."))
    return {"amount": f"{decimal(value['amount']):f}", "currency": currency}


def _date(_fact: Fact, value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as error:
        raise Unfit(_("This is not a date.")) from error


def _dates(fact: Fact, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) != {"from", "to"}:
        raise Unfit(_("Give two dates, from and to."))
    dates = {name: _date(fact, value[name]) for name in ("from", "to")}
    if dates["from"] > dates["to"]:
        raise Unfit(_("The first date is after the second."))
    return dates


def _choice(fact: Fact, value: Any) -> str:
    if not isinstance(value, str) or value not in dict(fact.options):
        raise Unfit(_("This is not one of the choices."))
    return str(value)


def _choices(fact: Fact, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_CHOICES:
        raise Unfit(_("Give a list of choices."))
    return list(dict.fromkeys(_choice(fact, each) for each in value))


def _reference(_fact: Fact, value: Any) -> str:
    uid = getattr(value, "uid", value)
    try:
        return str(UUID(str(uid)))
    except ValueError as error:
        raise Unfit(_("This is not here.")) from error


def _yes_no(_fact: Fact, value: Any) -> bool:
    if value in (True, "true", "on", "yes"):
        return True
    if value in (False, "false", "no"):
        return False
    raise Unfit(_("Say yes or no."))


def _link(fact: Fact, value: Any) -> str | None:
    text = _text(fact, value)
    if text is None:
        return None
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
    except ValueError as error:
        raise Unfit(_("This is not a link.")) from error
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Unfit(_("A link begins with https://."))
    return parts.geturl()


READERS: dict[str, Callable[[Fact, Any], Any]] = {
    "text": _text,
    "long_text": _text,
    "phone": _text,
    "address": _text,
    "number": _number,
    "money": _money,
    "date": _date,
    "date_range": _dates,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "link": _link,
    **dict.fromkeys(REFERENCES, _reference),
}
