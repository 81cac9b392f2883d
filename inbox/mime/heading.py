"""Header lines of mail that leaves, folded and encoded by ourselves (RFC 5322 §2.2.3, RFC 2047).

The standard library's policies lose spaces between encoded words and encode ids that are too long
for a line; both arrive at the reader as somebody else's text.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime

from inbox.mime.parsed import Address

BREAK = re.compile("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
ID = re.compile(r"[^\s<>\x00-\x1f\x7f]{3,990}")
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
SPEC = re.compile(r"[^\s<>,;:()\[\]\\\"@]{1,64}@[^\s<>,;:()\[\]\\\"@]{1,255}")
WIDTH = 76


class BadField(ValueError):
    """A field of the outgoing mail that cannot be written; `field` names it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def checked(field: str, value: str) -> str:
    """Return a header value; a line break or control character would start another header."""
    if BREAK.search(value):
        raise BadField(field, "contains a line break or a control character")
    return value.strip()


def text_line(name: str, value: str, *, field: str = "") -> str:
    """Return a line of free text."""
    return f"{name}: {_encoded(checked(field or name, value), len(name) + 2)}\r\n"


def date_line(name: str, at: datetime) -> str:
    """Return a line with a time in UTC; it must be aware."""
    if at.tzinfo is None:
        raise BadField(name.lower(), "has no time zone")
    return f"{name}: {format_datetime(at.astimezone(UTC))}\r\n"


def ids_line(name: str, ids: Iterable[str]) -> str:
    """Return a line of message ids, one to a folded line; "" for none."""
    found = list(ids)
    for bare in found:
        if not ID.fullmatch(bare) or not bare.isascii():
            raise BadField(name.lower(), "is not a message id")
    return f"{name}: " + "\r\n ".join(f"<{bare}>" for bare in found) + "\r\n" if found else ""


def people_line(name: str, people: Sequence[Address]) -> str:
    """Return a line of addresses, one to a folded line; "" for none."""
    written = [person(name.lower(), each) for each in people]
    return f"{name}: " + ",\r\n ".join(written) + "\r\n" if written else ""


def person(field: str, address: Address) -> str:
    """Return one mailbox as a header writes it."""
    name, spec = checked(field, address.name), checked(field, address.address)
    local, _, domain = spec.rpartition("@")
    if not SPEC.fullmatch(spec):
        raise BadField(field, f"“{spec}” is not an email address")
    if not local.isascii():
        raise BadField(field, f"“{spec}” has letters before the @ that mail servers refuse")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise BadField(field, f"“{spec}” is not an email address") from error
    return f"{_phrase(name)} <{local}@{domain}>" if name else f"{local}@{domain}"


def _phrase(name: str) -> str:
    if not name.isascii() or "=?" in name:
        return _encoded(name, 10)
    if ATOMS.fullmatch(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _encoded(value: str, offset: int) -> str:
    plain = value.isascii() and "=?" not in value
    header = Header(value, "us-ascii" if plain else "utf-8", WIDTH, "x" * offset)
    return header.encode(splitchars=" \t", linesep="\r\n")
