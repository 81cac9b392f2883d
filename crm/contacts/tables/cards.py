"""vCards (RFC 6350, and 2.1 and 3.0 as they are found): each becomes a row."""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crm.contacts.tables.limits import made_of
from crm.contacts.tables.table import Table

HEADING = [
    "Name", "First name", "Middle name", "Last name", "Organization", "Job title",
    "E-mail", "Phone", "Address", "Web site", "Notes", "Labels",
]  # fmt: skip
TAKEN = ("FN", "N", "ORG", "TITLE", "EMAIL", "TEL", "ADR", "URL", "NOTE", "CATEGORIES", "NICKNAME")
# Values of one kind in a cell
APART = " ::: "
FOLDED = re.compile(r"\r?\n[ \t]")
ENDS = re.compile(r"END:VCARD", re.IGNORECASE)
ESCAPED = re.compile(r"\\([\\,;:nN])")


@dataclass(slots=True)
class Card:
    """What of a card we know a place for: values by property, each with its parameters."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        return next(iter(self.values.get(name, [])), "")

    def every(self, name: str) -> list[str]:
        return list(dict.fromkeys(value for value in self.values.get(name, []) if value))


def table(written: str) -> Table:
    """One row for each card; raises Unreadable."""
    return made_of(iter([HEADING, *map(_row, read(written))]))


def read(written: str) -> Iterator[Card]:
    """Every card of a file, one inside another left out."""
    card: Card | None = None
    for line in _unfolded(written):
        name, parameters, value = _parts(line)
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            card = Card() if card is None else card
        elif name == "END" and card is not None:
            yield card
            card = None
        elif card is not None and name in TAKEN:
            card.values.setdefault(name, []).append(_decoded(value, parameters))


def _unfolded(written: str) -> Iterator[str]:
    """Logical lines; quoted-printable ones go on after a "=" (vCard 2.1)."""
    lines = FOLDED.sub("", written.replace("\r\n", "\n")).split("\n")
    at = 0
    while at < len(lines):
        whole = [lines[at]]
        at += 1
        if "QUOTED-PRINTABLE" in whole[0].partition(":")[0].upper():
            while whole[-1].endswith("=") and at < len(lines) and not ENDS.match(lines[at]):
                whole[-1] = whole[-1][:-1]
                whole.append(lines[at].lstrip())
                at += 1
        yield "".join(whole)


def _parts(line: str) -> tuple[str, dict[str, str], str]:
    """Property, parameters and value of a line; a group in front is left out."""
    head, quoted, at = "", False, 0
    for at, letter in enumerate(line[:2000]):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            head = line[:at]
            break
    if not head:
        return "", {}, ""
    name, *rest = head.split(";")
    parameters = {}
    for each in rest:
        key, _equals, value = each.partition("=")
        parameters[key.upper()] = value or key
    return name.rpartition(".")[2].strip().upper(), parameters, line[at + 1 :]


def _decoded(value: str, parameters: dict[str, str]) -> str:
    coding = parameters.get("ENCODING", "").upper()
    if coding == "QUOTED-PRINTABLE" or "QUOTED-PRINTABLE" in parameters:
        charset = parameters.get("CHARSET", "utf-8").strip('"')
        raw = quopri.decodestring(value.encode("utf-8", "surrogateescape"))
        try:
            return raw.decode(charset)
        except (LookupError, ValueError):
            # There are charsets that decode nothing, and names that are none
            return raw.decode("cp1252", "replace")
    if coding in ("B", "BASE64"):
        try:
            return binascii.a2b_base64(value).decode("utf-8", "replace")
        except ValueError:
            return ""
    return value


def _fields(value: str) -> list[str]:
    """The components of a structured value, escapes taken out."""
    found, start, at = [], 0, 0
    while at < len(value):
        if value[at] == "\\":
            at += 1
        elif value[at] == ";":
            found.append(value[start:at])
            start = at + 1
        at += 1
    found.append(value[start:])
    return [_plain(each) for each in found]


def _plain(value: str) -> str:
    return ESCAPED.sub(lambda hit: "\n" if hit[1] in "nN" else hit[1], value).strip()


def _row(card: Card) -> list[str]:
    family, given, middle = [*_fields(card.one("N")), "", "", ""][:3]
    name = _plain(card.one("FN"))
    addresses = [_plain(value) for value in card.every("EMAIL")]
    if not any((name, family, given)):
        name = _plain(card.one("NICKNAME")) or next(iter(addresses), "")
    phones = [
        re.sub(r"^tel:", "", _plain(value), flags=re.IGNORECASE) for value in card.every("TEL")
    ]
    places = [", ".join(filter(None, _fields(value))) for value in card.every("ADR")]
    labels = [_plain(each) for value in card.every("CATEGORIES") for each in value.split(",")]
    return [
        name,
        "" if name else given,
        "" if name else middle,
        "" if name else family,
        next(iter(_fields(card.one("ORG"))), ""),
        _plain(card.one("TITLE")),
        APART.join(addresses),
        APART.join(phones),
        next(iter(places), ""),
        _plain(card.one("URL")),
        _plain(card.one("NOTE")),
        APART.join(labels),
    ]
