"""Address headers (RFC 5322 §3.4), split before anything in them is decoded.

A comma or an "@" inside an encoded word can therefore neither add a recipient nor change one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from inbox.mime import charset, words
from inbox.mime.parsed import Address

TOKEN = re.compile(
    rb"""
      (?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?\r\n]{0,400}\?=)
    | "(?P<quoted>(?:[^"\\]|\\.)*)"
    | (?P<escaped>\\.)
    | <(?P<angle>[^<>]*)>
    | (?P<mark>[,;:()<>"])
    | (?P<atom>[^\s,;:()<>"]+)
    """,
    re.X | re.S,
)
ROUTE = re.compile(r"^@[^:]*:")
ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
LONGEST = 320
VALUE_LIMIT = 524_288


@dataclass(slots=True)
class _Draft:
    """The mailbox being read: its phrase, its bare words, its comment and its address."""

    phrase: list[bytes] = field(default_factory=list)
    comment: list[bytes] = field(default_factory=list)
    angle: bytes | None = None


def read(values: list[bytes], limit: int, hint: str = "") -> tuple[list[Address], int]:
    """Return at most `limit` addresses of the header's values, and how many there are in all."""
    if len(values) == 1 and len(values[0]) <= SHORT:
        known = _short(values[0], hint)
        return list(known[:limit]), len(known)
    return _read(values, limit, hint)


# Most mails of a mailbox go to and fro between the same few people
SHORT = 200


@lru_cache(maxsize=4_096)
def _short(value: bytes, hint: str) -> tuple[Address, ...]:
    return tuple(_read([value], SHORT, hint)[0])


def _read(values: list[bytes], limit: int, hint: str) -> tuple[list[Address], int]:
    kept: list[Address] = []
    count = 0
    for value in values:
        for draft in _drafts(value[:VALUE_LIMIT]):
            if count < limit:
                address = _finish(draft, hint)
                if address is None:
                    continue
                kept.append(address)
            elif not (draft.angle or any(b"@" in word for word in draft.phrase)):
                continue
            count += 1
    return kept, count


def _drafts(value: bytes) -> Iterator[_Draft]:
    draft = _Draft()
    depth = 0
    last_close = value.rfind(b")")
    for match in TOKEN.finditer(value):
        mark = match["mark"]
        if mark == b"(" and match.start() < last_close:
            depth += 1
        elif mark == b")" and depth:
            depth -= 1
        elif depth:
            draft.comment.append(match[0])
        elif mark in (b",", b";"):
            yield draft
            draft = _Draft()
        elif mark == b":":
            # The name of a group: its members follow, the name itself is nobody.
            draft = _group(draft)
        elif match["angle"] is not None:
            draft.angle = match["angle"] if draft.angle is None else draft.angle
        elif mark is None:
            draft.phrase.append(match[0])
    yield draft


def _group(draft: _Draft) -> _Draft:
    if draft.angle or any(b"@" in word for word in draft.phrase):
        draft.phrase.append(b":")
        return draft
    return _Draft()


def _finish(draft: _Draft, hint: str) -> Address | None:
    name = _phrase(draft.phrase, hint)
    if draft.angle is not None:
        address = _address(draft.angle)
        if not address and ADDRESS.fullmatch(name):
            return Address("", _normal(name))
        return Address(name, address) if name or address else None
    bare = b"".join(draft.phrase)
    if b"@" in bare and not any(word.startswith(b"=?") for word in draft.phrase):
        return _bare(draft, hint)
    return Address(name, "") if name else None


def _bare(draft: _Draft, hint: str) -> Address:
    """Read an address without brackets: its words joined, or the one word that holds the "@"."""
    joined = _address(b"".join(draft.phrase))
    if ADDRESS.fullmatch(joined) and len(draft.phrase) == 1:
        return Address(_phrase(draft.comment, hint), joined)
    for place, word in enumerate(draft.phrase):
        if ADDRESS.fullmatch(_address(word)):
            rest = draft.phrase[:place] + draft.phrase[place + 1 :]
            return Address(_phrase(rest or draft.comment, hint), _address(word))
    return Address(_phrase(draft.comment, hint), joined)


def _phrase(tokens: list[bytes], hint: str) -> str:
    plain = [
        re.sub(rb"\\(.)", rb"\1", token[1:-1]) if token[:1] == b'"' and token[1:] else token
        for token in tokens
    ]
    return words.decode(b" ".join(plain), hint).strip().strip("'\"").strip()


def _address(raw: bytes) -> str:
    text = "".join(charset.decode(raw).split())
    return _normal(ROUTE.sub("", text))


def _normal(text: str) -> str:
    """Lower the domain's case; the local part belongs to its host and stays as written."""
    local, at, domain = text[:LONGEST].rpartition("@")
    return f"{local}{at}{domain.lower()}"
