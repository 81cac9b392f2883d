"""Numbers and sums of money as people write them."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from crm.contacts.importing.drafts import Context
from crm.contacts.importing.texts import Unfit
from crm.fields import values
from crm.fields.facts import Fact

MONEY = re.compile(r"[^\d.,\-()]+")
CODE = re.compile(r"\b([A-Z]{3})\b")
SIGNS = {"R$": "BRL", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "$": "USD"}


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


def money(_fact: Fact, text: str, context: Context) -> Any:
    code = currency(text) or context.shelf.get("currency", "")
    return {"amount": str(number(text, is_money=True)), "currency": code or "USD"}
