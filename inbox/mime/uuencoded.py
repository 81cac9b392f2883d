"""Files written into the text of a mail between "begin" and "end", as was done before MIME."""

import binascii
import re
from collections.abc import Iterator

from inbox.mime.unpacked import File, named

BEGIN = re.compile(r"^begin [0-7]{3,4} (\S[^\n]{0,200})\n", re.M)
MANY = 50


def split(text: str) -> tuple[str, list[File]]:
    """Return (the text without its files, the files); what only looks like one stays text."""
    if "\nend" not in text or "begin " not in text:
        return text, []
    kept: list[str] = []
    found: list[File] = []
    end = 0
    for start, stop, file in _files(text):
        kept.append(text[end:start])
        found.append(file)
        end = stop
    return "".join([*kept, text[end:]]), found


def _files(text: str) -> Iterator[tuple[int, int, File]]:
    at = 0
    for _ in range(MANY):
        begin = BEGIN.search(text, at)
        if begin is None:
            return
        close = text.find("\nend", begin.end() - 1)
        if close < 0:
            return
        data = _decoded(text[begin.end() : close])
        at = begin.end()
        if data is not None:
            at = close + len("\nend")
            yield begin.start(), at, named(begin[1].strip(), data)


def _decoded(lines: str) -> bytes | None:
    """Return the bytes of the lines, or None where they are no such file."""
    out: list[bytes] = []
    for line in lines.splitlines():
        if not line.strip(" `"):
            continue
        try:
            out.append(binascii.a2b_uu(line.encode("ascii")))
        except (binascii.Error, UnicodeEncodeError):
            return None
    return b"".join(out) if out else None
