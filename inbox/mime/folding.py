"""The quoted mail below an answer in HTML, folded away behind a mark a click opens."""

import html as entities
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from inbox.mime import attribution

TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [a-z-]+=\"[^\"]*\")*)>")
VOID = frozenset({"br", "col", "hr", "img", "wbr"})
# How the containers of quoted mail are called by the programs that write them.
CONTAINER = re.compile(
    r' class="[^"]*\b(?:gmail_quote(?:_container)?|gmail_extra|yahoo_quoted|protonmail_quote|'
    r"fio_quote|zmail_extra|moz-cite-prefix|tutanota_quote|moz-forward-container)\b"
    r'|\bid="m-(?:divRplyFwdMsg|x_divRplyFwdMsg|stopSpelling|yahoo_quoted_\d+|'
    r"mail-editor-reference-message-container|reply-intro|appendonsend)"
)
DIVIDER = re.compile(r"border-top:solid #(?:e1e1e1|b5c4df) 1\.0pt", re.I)
WRITTEN = re.compile(
    r"(?<![-_])[-_]{2,}+\s*+(?:original message|forwarded message|mensagem original|"
    r"mensagem encaminhada|"
    r"ursprüngliche nachricht|message d'origine|message d’origine|mensaje original|"
    r"messaggio originale|oorspronkelijk bericht|original appointment)\s*+[-_]{2}",
    re.I,
)
# Where a line ends, near enough to say how many are folded
LINE = re.compile(r"</?(?:blockquote|br|div|h[1-6]|hr|li|p|pre|tr)\b[^>]*>")
TAG = re.compile(r"<[^>]*>")
FEWEST = 1  # letters of own words before anything is folded
TRIES, AHEAD = 20, 6_000  # how often, and how far, copied headers are looked for


@dataclass(slots=True)
class _Open:
    """An element being read: where it began and how much text stood before it."""

    name: str
    start: int
    text_before: int


@dataclass(slots=True)
class _Scan:
    """What one pass over the tags found: the fold's start, and where its surroundings end."""

    stack: list[_Open] = field(default_factory=list)
    text: int = 0
    start: int = -1
    depth: int = 0
    until: int = -1
    whole: bool = True
    text_at_end: int = 0
    tries: int = TRIES


def fold_html(clean: str, *, label: Callable[[int], str] = "{} •••".format) -> str:
    """Return cleaned HTML with the quoted mail at its end inside closed <details>.

    `label` makes the words of the mark from the number of folded lines.

    An answer written between the lines of the quoted mail is left open, and so is a mail that
    holds nothing but a quoted one.
    """
    scan = _scan(clean)
    if scan.start < 0:
        return clean
    end = scan.until if scan.until >= 0 else len(clean)
    if not scan.whole and scan.text > scan.text_at_end:
        return clean
    quoted = clean[scan.start : end]
    summary = f"<summary>{entities.escape(label(_line_count(quoted)))}</summary>"
    folded = f'<details class="fio-fold">{summary}{quoted}</details>'
    return clean[: scan.start] + folded + clean[end:]


def _line_count(quoted: str) -> int:
    pieces = (TAG.sub("", piece).replace("&nbsp;", " ") for piece in LINE.split(quoted))
    return sum(bool(piece.strip()) for piece in pieces)


def _scan(clean: str) -> _Scan:
    scan = _Scan()
    end = clean.find("</style>") + 8 if clean.startswith("<style>") else 0
    for match in TOKEN.finditer(clean, end):
        _text(scan, clean, end, match.start())
        end = match.end()
        if match[1]:
            _closed(scan, match)
        else:
            _opened(scan, match)
    _text(scan, clean, end, len(clean))
    return scan


def _text(scan: _Scan, clean: str, start: int, end: int) -> None:
    text = clean[start:end].replace("&nbsp;", " ").strip()
    if text and scan.start < 0 and scan.text >= FEWEST:
        if WRITTEN.search(text) or _is_copied(scan, text, clean, start):
            _begin(scan, start, scan.text)
    scan.text += len(text)


def _is_copied(scan: _Scan, text: str, clean: str, start: int) -> bool:
    """Whether the copied headers of a mail begin here, as Outlook writes them without a mark."""
    if not attribution.LABEL.match(text[:100]) or not scan.tries:
        return False
    scan.tries -= 1
    rows = LINE.split(clean[start : start + AHEAD])
    told = (" ".join(entities.unescape(TAG.sub("", row)).split()) for row in rows)
    return attribution.is_header_block([row for row in told if row][:8], 0)


def _opened(scan: _Scan, match: re.Match[str]) -> None:
    name, attributes = match[2], match[3]
    if scan.start < 0 and scan.text >= FEWEST:
        if CONTAINER.search(attributes) or DIVIDER.search(attributes):
            _begin(scan, match.start(), scan.text)
        elif name == "blockquote" and ' type="cite"' in attributes:
            scan.start, scan.depth, scan.whole = match.start(), len(scan.stack), False
    if name not in VOID:
        scan.stack.append(_Open(name, match.start(), scan.text))


def _begin(scan: _Scan, start: int, text: int) -> None:
    """Start the fold here, or at the outermost element that has no text of its own before here."""
    depth = len(scan.stack)
    while depth and scan.stack[depth - 1].text_before == text:
        depth -= 1
        start = scan.stack[depth].start
    scan.start, scan.depth, scan.whole = start, depth, True


def _closed(scan: _Scan, match: re.Match[str]) -> None:
    if scan.stack:
        scan.stack.pop()
    if scan.start < 0 or scan.until >= 0:
        return
    if scan.whole and len(scan.stack) < scan.depth:
        scan.until = match.start()
    elif not scan.whole and len(scan.stack) == scan.depth:
        scan.until, scan.text_at_end = match.end(), scan.text
