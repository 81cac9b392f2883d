"""The pieces IMAP lines are made of: tokens, quoting, number sets and dates (RFC 3501, 9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeAlias

from sync.providers.base import Span

Item: TypeAlias = "bytes | list[Item] | None"

LAST = 4_294_967_295  # Spelled out: some servers read "*" as the highest message that exists.

DIGITS = 20

# Whatever a server writes takes linear time: nothing is tried twice, an open quote ends the line
_TOKEN = re.compile(
    rb'(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]++|\\.)*+)"?'
    rb'|(?P<atom>[^\s()"\[]*+\[[^\[\]]*+\][^\s()"]*+|[^\s()"]++)'
)
# Nothing that is read here nests deeper; more is somebody trying how much we can carry
_DEEPEST = 50
_ESCAPED = re.compile(rb"\\(.)")
_DATE = re.compile(
    rb"\s*(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})"
)
_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


class Literal(bytes):
    """Bytes sent with their length announced, so that they may hold anything."""


class Answer(bytes):
    """A line sent only when the server asks for it."""


def tokens(pieces: Sequence[bytes]) -> list[Item]:
    """A response's tokens; `pieces` alternates text and literals, text first."""
    result: list[Item] = []
    stack: list[list[Item]] = [result]
    for index, piece in enumerate(pieces):
        if index % 2:
            stack[-1].append(piece)
            continue
        for match in _TOKEN.finditer(piece):
            kind = match.lastgroup
            if kind == "open":
                inner: list[Item] = []
                if len(stack) < _DEEPEST:
                    stack[-1].append(inner)
                stack.append(inner if len(stack) < _DEEPEST else stack[-1])
            elif kind == "close":
                if len(stack) > 1:
                    stack.pop()
            elif kind == "quoted":
                text = match["quoted"]
                stack[-1].append(_ESCAPED.sub(rb"\1", text) if b"\\" in text else text)
            else:
                atom = match["atom"]
                stack[-1].append(None if atom.upper() == b"NIL" else atom)
    return result


def pairs(items: Item) -> dict[bytes, Item]:
    """A list of name and value in turn, as a mapping with upper-case names."""
    if not isinstance(items, list):
        return {}
    names, values = items[::2], items[1::2]
    return {
        name.upper(): value
        for name, value in zip(names, values, strict=False)
        if isinstance(name, bytes)
    }


def number(token: Item) -> int | None:
    """A token as a number; modseq values come in brackets of their own."""
    if isinstance(token, list):
        token = token[0] if token else None
    fits = isinstance(token, bytes) and token.isdigit() and len(token) <= DIGITS
    return int(token) if fits and isinstance(token, bytes) else None


def flags(token: Item) -> frozenset[str]:
    """Flags as text, without \\Recent, which says nothing lasting."""
    if not isinstance(token, list):
        return frozenset()
    words = (word.decode("latin-1") for word in token if isinstance(word, bytes))
    return frozenset(word for word in words if word.lower() != "\\recent")


def string(text: str) -> bytes:
    """A string argument; names are kept byte for byte, one character per byte."""
    raw = text.encode("latin-1")
    if any(byte < 32 or byte > 126 for byte in raw):
        return Literal(raw)
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def number_set(numbers: Iterable[int]) -> bytes:
    """Numbers as a set, runs folded: 1:3,7."""
    return b",".join(
        b"%d" % first if first == last else b"%d:%d" % (first, last)
        for first, last in runs(numbers)
    )


def runs(numbers: Iterable[int]) -> Iterator[Span]:
    """Numbers as ascending runs of neighbours."""
    first = last = None
    for value in sorted(set(numbers)):
        if last is not None and first is not None and value == last + 1:
            last = value
            continue
        if first is not None and last is not None:
            yield Span(first, last)
        first = last = value
    if first is not None and last is not None:
        yield Span(first, last)


def spans(text: bytes) -> tuple[Span, ...]:
    """A number set as spans; parts that are no numbers are left out."""
    found = []
    for part in text.split(b","):
        ends = [end for end in map(number, part.split(b":")) if end is not None]
        if ends:
            found.append(Span(min(ends), max(ends)))
    return tuple(sorted(found))


def gaps(present: Iterable[int], first: int, last: int) -> tuple[Span, ...]:
    """The spans of first..last that hold none of `present`."""
    missing = []
    at = first
    for run in runs(present):
        if run.first > at:
            missing.append(Span(at, run.first - 1))
        at = max(at, run.last + 1)
    if at <= last:
        missing.append(Span(at, last))
    return tuple(missing)


def parse_date(token: Item) -> datetime | None:
    """INTERNALDATE as aware UTC; None for what is no date."""
    match = _DATE.match(token) if isinstance(token, bytes) else None
    if not match:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == b"-" else 1)
    try:
        local = datetime(
            int(year),
            _MONTHS.index(month.decode().title()) + 1,
            int(day),
            int(hour),
            int(minute),
            min(int(second), 59),
            tzinfo=timezone(offset),
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def format_date(at: datetime) -> bytes:
    """An aware time as INTERNALDATE."""
    utc = at.astimezone(UTC)
    text = f"{utc.day:2d}-{_MONTHS[utc.month - 1]}-{utc:%Y %H:%M:%S} +0000"
    return f'"{text}"'.encode()


def format_day(day: date) -> bytes:
    """A day as SEARCH takes it."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04d}".encode()
