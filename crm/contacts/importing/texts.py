"""What stands in a cell, as the value of a fact: addresses, phones, and several in one."""

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from crm.fields import phones

# What nobody doubts; anything else is looked at closely, which takes ten times as long
PLAIN_ADDRESS = re.compile(
    r"[a-z0-9_+-]{1,32}(?:\.[a-z0-9_+-]{1,32})?@[a-z0-9]{1,63}(?:\.[a-z]{2,12}){1,2}"
)
# Several values in one cell: how Google divides them, and how everybody else does
MOST_MARKS = 50
APART = re.compile(r" ::: |[;,\n]")
LINES = re.compile(r" ::: |[;\n]")


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
