"""A header block, split and unfolded with bounds (RFC 5322 §2.2)."""

import re

from inbox.mime import charset, words

BLOCK_LIMIT = 1_048_576
VALUE_LIMIT = 16_384
FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.S)
FOLD = re.compile(rb"\n(?![ \t])")  # a line end that ends a field
UNFOLD = re.compile(rb"\r?\n")
KNOWN = re.compile(
    rb"^(?:from|to|subject|date|message-id|received|content-type|mime-version|return-path)[ \t]*:",
    re.I | re.M,
)


class Headers:
    """Header fields in order; names are lower case, values raw bytes on one line."""

    __slots__ = ("fields", "hint")

    def __init__(self, fields: dict[str, list[bytes]], hint: str = "") -> None:
        self.fields = fields
        self.hint = hint

    def first(self, name: str, limit: int = VALUE_LIMIT) -> bytes:
        """Return the first value of a name, cut to the limit, or b""."""
        values = self.fields.get(name)
        return values[0][:limit] if values else b""

    def every(self, name: str) -> list[bytes]:
        """Return every value of a name."""
        return self.fields.get(name, [])

    def text(self, name: str) -> str:
        """Return the first value decoded to one line of text."""
        value = self.first(name)
        return words.decode(value, self.hint) if value else ""

    def token(self, name: str) -> str:
        """Return the first value without comment and parameters, in lower case."""
        value = charset.decode(self.first(name, 1_000))
        return value.partition(";")[0].partition("(")[0].strip().lower()

    def __contains__(self, name: str) -> bool:
        return name in self.fields


EMPTY = re.compile(rb"\n\r?\n")


def block_end(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the header block of raw[start:end] stops and where its body starts."""
    if raw[start : start + 1] == b"\n":
        return start, start + 1
    if raw[start : start + 2] == b"\r\n":
        return start, start + 2
    limit = min(end, start + BLOCK_LIMIT)
    empty = EMPTY.search(raw, start, limit)
    if empty:
        return empty.start() + 1, empty.end()
    return limit, _body_after(raw, limit, end)


def _body_after(raw: bytes, limit: int, end: int) -> int:
    """Return where the body starts after a header block above the limit; what is above is lost."""
    found = [(raw.find(mark, limit, end), len(mark)) for mark in (b"\n\r\n", b"\n\n")]
    return min((at + length for at, length in found if at >= 0), default=limit)


def read(raw: bytes, start: int, end: int, *, tolerant: bool = False) -> tuple[Headers, int]:
    """Return the fields of the block at raw[start:end] and the offset of its body.

    A line that is no field ends the block (the sender forgot the empty line); a tolerant reader
    skips it while a known field still follows.
    """
    stop, body = block_end(raw, start, end)
    block = raw[start:stop]
    fields: dict[str, list[bytes]] = {}
    last_known = -1
    offset = 0
    for line in FOLD.split(block):
        match = FIELD.fullmatch(line)
        if match:
            name, value = match.groups()
            value = UNFOLD.sub(b"", value) if b"\n" in value else value
            fields.setdefault(name.decode("ascii").lower(), []).append(value.strip())
        elif line.strip():
            if tolerant and last_known < 0:
                known = [found.start() for found in KNOWN.finditer(block)]
                tolerant, last_known = bool(known), max(known, default=-1)
            if offset > last_known:
                return Headers(fields), start + offset
        offset += len(line) + 1
    return Headers(fields), body
