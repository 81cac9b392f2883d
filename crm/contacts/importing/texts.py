"""What stands in a cell, as the value of a fact: people write days and numbers in many ways."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from crm.contacts.importing.drafts import Context
from crm.fields import phones, values
from crm.fields.facts import Fact

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
NUMBERED = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
CLOCK = re.compile(r"[T ](\d{1,2}):(\d{2})")
MONEY = re.compile(r"[^\d.,\-()]+")
CODE = re.compile(r"\b([A-Z]{3})\b")
SIGNS = {"R$": "BRL", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "$": "USD"}
# What nobody doubts; anything else is looked at closely, which takes ten times as long
PLAIN_ADDRESS = re.compile(
    r"[a-z0-9_+-]{1,32}(?:\.[a-z0-9_+-]{1,32})?@[a-z0-9]{1,63}(?:\.[a-z]{2,12}){1,2}"
)
YES = frozenset("yes y true 1 x on sim s verdadeiro ja oui si".split())
NO = frozenset("no n false 0 off nao não falso nein non".split())
# Several values in one cell: how Google divides them, and how everybody else does
MOST_MARKS = 50
APART = re.compile(r" ::: |[;,\n]")
LINES = re.compile(r" ::: |[;\n]")
# What stands between two days: ours, and what people write
FROM_TO = re.compile(r"\s*[;–—]\s*|\s+[-/]\s+|\s+(?:to|a|até)\s+")


class Unfit(Exception):
    """A text that means nothing for its fact; `code` says what is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def several(text: str) -> list[str]:
    """The values of a cell that may hold more than one."""
    return [part.strip() for part in APART.split(text) if part.strip()]


def known_among(text: str, is_known: Callable[[str], bool]) -> list[str]:
    """The values of a cell, of which those that are known may hold what else divides them."""
    marks = [(found.start(), found.end()) for found in APART.finditer(text)]
    if not marks or len(marks) > MOST_MARKS:
        return several(text)
    starts = [0, *(end for _start, end in marks)]
    ends = [*(start for start, _end in marks), len(text)]
    found, at = [], 0
    while at < len(starts):
        # The longest that is known, or else up to the next mark
        until = next(
            (
                end
                for end in range(len(ends) - 1, at, -1)
                if is_known(text[starts[at] : ends[end]].strip())
            ),
            at,
        )
        found.append(text[starts[at] : ends[until]].strip())
        at = until + 1
    return [part for part in found if part]


def email(text: str) -> str:
    """An address in small letters; raises Unfit."""
    address = text.strip().strip("<>").removeprefix("mailto:").lower()
    if PLAIN_ADDRESS.fullmatch(address):
        return address
    try:
        validate_email(address)
    except ValidationError as error:
        raise Unfit("bad_email") from error
    if len(address) > 254:
        raise Unfit("bad_email")
    return address


def phone(text: str, region: str) -> str:
    """A number as machines compare it."""
    return phones.normal(text, region)


def day(text: str, order: str) -> date:
    """A day, with the year first or as `order` says; raises Unfit."""
    found = ISO.match(text)
    if found:
        year, month, number = (int(part) for part in found.groups())
    else:
        found = NUMBERED.match(text)
        if not found:
            raise Unfit("bad_date")
        first, second, year = (int(part) for part in found.groups())
        number, month = (first, second) if order == "dmy" or first > 12 else (second, first)
        if month > 12:
            number, month = month, number
        year += 0 if year > 99 else 2000 if year < 70 else 1900
    try:
        return date(year, month, number)
    except ValueError as error:
        raise Unfit("bad_date") from error


def moment(text: str, order: str) -> datetime:
    """A day and a time, midnight where there is none; raises Unfit."""
    found = day(text, order)
    clock = CLOCK.search(text)
    hour, minute = (int(part) for part in clock.groups()) if clock else (0, 0)
    if hour > 23 or minute > 59:
        raise Unfit("bad_date")
    # The ends of the calendar are not told in every zone
    if not date.min < found < date.max - timedelta(days=1):
        raise Unfit("bad_date")
    return timezone.make_aware(datetime.combine(found, time(hour, minute)))


def number(text: str, *, is_money: bool = False) -> Decimal:
    """1,234.56 and 1.234,56 alike, and 1.234 as thousands where it is money; raises Unfit."""
    plain = MONEY.sub("", text)
    is_below = plain.startswith("(") and plain.endswith(")")
    plain = plain.strip("()")
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma >= 0 and point >= 0:
        thousands, mark = (".", ",") if comma > point else (",", ".")
        plain = plain.replace(thousands, "").replace(mark, ".")
    elif comma >= 0:
        is_mark = plain.count(",") == 1 and len(plain) - comma - 1 != 3
        plain = plain.replace(",", "." if is_mark else "")
    elif plain.count(".") > 1 or (is_money and len(plain) - point == 4 and point > 0):
        plain = plain.replace(".", "")
    try:
        return values.decimal(-Decimal(plain) if is_below else Decimal(plain))
    except (InvalidOperation, values.Unfit) as error:
        raise Unfit("bad_number") from error


def currency(text: str) -> str:
    """The code of the currency an amount is written with, or ""."""
    for sign, code in SIGNS.items():
        if sign in text:
            return code
    found = CODE.search(text)
    return found[1] if found else ""


def own(fact: Fact, text: str, context: Context) -> Any:
    """The value of one of the workspace's own fields; raises Unfit."""
    try:
        return values.read(fact, OWN.get(fact.type, _same)(fact, text, context))
    except values.Unfit as error:
        raise Unfit("bad_value") from error


def choice(fact: Fact, text: str) -> str:
    """The key of a choice, by its key or its words; raises Unfit."""
    wanted = text.casefold()
    for key, words in fact.options:
        if wanted in (key.casefold(), str(words).casefold()):
            return key
    raise Unfit("bad_choice")


def choices(fact: Fact, text: str) -> list[str]:
    """The keys of several choices; raises Unfit."""
    known = {each.casefold() for key, words in fact.options for each in (key, str(words))}
    return [choice(fact, each) for each in known_among(text, lambda one: one.casefold() in known)]


def yes(text: str) -> bool:
    """Whether a cell says yes; raises Unfit."""
    plain = text.casefold()
    if plain in YES or plain in NO:
        return plain in YES
    raise Unfit("bad_value")


def _same(_fact: Fact, text: str, _context: Context) -> Any:
    return text


def _member(_fact: Fact, text: str, context: Context) -> Any:
    found = context.members.get(text.casefold())
    if found is None:
        raise Unfit("no_record")
    return found


def _dates(_fact: Fact, text: str, context: Context) -> Any:
    first, last = [*FROM_TO.split(text, maxsplit=1), ""][:2]
    order = context.batch.day_order
    return {"from": day(first, order).isoformat(), "to": day(last or first, order).isoformat()}


def _money(_fact: Fact, text: str, context: Context) -> Any:
    code = currency(text) or context.shelf.get("currency", "")
    return {"amount": str(number(text, is_money=True)), "currency": code or "USD"}


OWN: dict[str, Callable[[Fact, str, Context], Any]] = {
    "number": lambda _fact, text, _context: number(text),
    "money": _money,
    "date": lambda _fact, text, context: day(text, context.batch.day_order),
    "date_range": _dates,
    "choice": lambda fact, text, _context: choice(fact, text),
    "choices": lambda fact, text, _context: choices(fact, text),
    "yes_no": lambda _fact, text, _context: yes(text),
    "member": _member,
    "phone": lambda _fact, text, context: phone(text, context.batch.region),
}
