"""A mail's own bytes as people read them: header and body apart, nothing decoded."""

import re

# Of the body; the rest is in the file
SHOWN = 256 * 1024

_GAP = re.compile(rb"\r?\n\r?\n")
# What a page would not show, or show as something else: C0 but tab and line end, DEL, C1
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def split(raw: bytes) -> tuple[bytes, bytes]:
    """The header and the body; a mail without an empty line is all header."""
    gap = _GAP.search(raw)
    return (raw[: gap.start()], raw[gap.end() :]) if gap else (raw.rstrip(b"\r\n"), b"")


def legible(raw: bytes) -> str:
    """Text as it was sent, with a mark for each byte that is no letter in UTF-8."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)
