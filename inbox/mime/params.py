"""Parameters of Content-Type and Content-Disposition (RFC 2045 §5.1, RFC 2231), in linear time."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from inbox.mime import charset, words

SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
MANY = 100


def split(value: bytes) -> tuple[str, Mapping[str, bytes]]:
    """Return the lower-case main value and the raw parameters by lower-case name."""
    return _short(value) if len(value) <= SHORT else _split(value)


def _split(value: bytes) -> tuple[str, Mapping[str, bytes]]:
    if b";" not in value:
        return _main(value), {}
    main, rest = _until(value, 0)
    found: dict[str, bytes] = {}
    while rest < len(value) and len(found) < MANY:
        item, rest = _until(value, rest + 1)
        name, equals, content = item.partition(b"=")
        if equals and name.strip():
            found.setdefault(name.strip().lower().decode("latin-1"), _plain(content.strip()))
    return _main(main), found


# Too short to hold a boundary as well; the few that are left stand in every mail
SHORT = 48
_short = lru_cache(maxsize=512)(_split)


def text(params: Mapping[str, bytes], name: str) -> str:
    """Return one parameter decoded: RFC 2231 sections, else encoded words, else bare bytes."""
    sections = sorted(
        (int(match[2] or 0), bool(match[3]), value)
        for key, value in params.items()
        if "*" in key and (match := SECTION.fullmatch(key)) and match[1] == name
    )
    if sections:
        return _joined(sections)
    return words.decode(params.get(name, b""))


def _until(value: bytes, start: int) -> tuple[bytes, int]:
    """Return the item from start to the next semicolon outside quotes, and that offset."""
    semicolon = value.find(b";", start)
    quote = value.find(b'"', start)
    if semicolon < 0:
        return value[start:], len(value)
    while 0 <= quote < semicolon:
        close = _close(value, quote + 1)
        if close < 0:
            break
        semicolon = value.find(b";", close + 1)
        if semicolon < 0:
            return value[start:], len(value)
        quote = value.find(b'"', close + 1)
    return value[start:semicolon], semicolon


def _close(value: bytes, start: int) -> int:
    """Return the offset of the quote that closes a quoted string, or -1."""
    at = value.find(b'"', start)
    while at > 0 and _escaped(value, start, at):
        at = value.find(b'"', at + 1)
    return at


def _escaped(value: bytes, start: int, at: int) -> bool:
    backslashes = 0
    while at - 1 - backslashes >= start and value[at - 1 - backslashes] == 0x5C:
        backslashes += 1
    return backslashes % 2 == 1


def _plain(content: bytes) -> bytes:
    if content[:1] == b'"':
        close = _close(content, 1)
        inner = content[1:close] if close > 0 else content[1:]
        return re.sub(rb'\\(["\\])', rb"\1", inner)
    return re.sub(rb"[ \t]+\(.*", b"", content)


def _main(value: bytes) -> str:
    words_ = value.partition(b"(")[0].split()
    main = words_[0].decode("latin-1") if words_ else ""
    return CONTROL.sub("", main).lower().strip("\"'")


def _joined(sections: list[tuple[int, bool, bytes]]) -> str:
    declared = ""
    data = b""
    for place, (_, encoded, value) in enumerate(sections):
        if encoded:
            if place == 0 and value.count(b"'") >= 2:
                name, _, value = value.split(b"'", 2)
                declared = name.decode("latin-1")
            value = unquote_to_bytes(value)
        data += value
    decoded = charset.decode(data, declared)
    return words.decode(data) if not declared and "=?" in decoded else decoded
