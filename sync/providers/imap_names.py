"""Folder names between the wire and people: modified UTF-7 (RFC 3501, 5.1.3)."""

from __future__ import annotations

import base64
import binascii
import re

_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


def display(name: str) -> str:
    """A wire name as people read it; what can't be decoded is shown as it is."""
    try:
        # Some servers send plain UTF-8 although nobody agreed on it.
        text = name.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        text = name
    return _SHIFTED.sub(_decode, text)


def _decode(match: re.Match[str]) -> str:
    packed = match[1].replace(",", "/")
    if not packed:
        return "&"
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
        return raw.decode("utf-16-be")
    except (binascii.Error, UnicodeDecodeError):
        return match[0]


def wire(text: str) -> str:
    """A name a person typed, as the server wants it."""
    return _UNPRINTABLE.sub(_encode, text.replace("&", "&-"))


def _encode(match: re.Match[str]) -> str:
    packed = base64.b64encode(match[0].encode("utf-16-be")).decode("ascii")
    return "&" + packed.rstrip("=").replace("/", ",") + "-"
