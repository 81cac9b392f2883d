"""The parts of a mail as offsets into its bytes (RFC 2046 §5), with bounds and part numbers.

Slices keep three promises the parsers at hand do not keep together: the attached mail comes back
byte for byte, a broken part spoils only itself, and part numbers never depend on a release.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from inbox.mime import headers, names, params, transfer
from inbox.mime.headers import Headers

DEPTH = 50
PARTS = 1_000
NUMBER = 52  # characters of a part's number below which more parts may be opened
GUESS = re.compile(
    rb"^--([^\r\n]{1,70})\r?\n(?=content-(?:type|transfer-encoding)[ \t]*:)", re.I | re.M
)
GUESSED = 65_536  # bytes in which the first part must begin
TAILS = (b"", b"\n", b"\r", b" ", b"\t", b"-")


@dataclass(slots=True)
class Node:
    """One part; `number` as in IMAP (RFC 3501 §6.4.5), body bytes at raw[start:end].

    `is_guessed` says that it did not name the boundary between its parts.
    """

    raw: bytes
    number: str
    headers: Headers
    start: int
    end: int
    content_type: str
    params: Mapping[str, bytes]
    disposition: str
    disposition_params: Mapping[str, bytes]
    children: list["Node"] = field(default_factory=list)
    is_guessed: bool = False

    @property
    def is_multipart(self) -> bool:
        """Whether the part only holds other parts."""
        return bool(self.children)

    def content(self) -> tuple[bytes, bool]:
        """Return the decoded bytes, and whether they decoded without repair."""
        body = self.raw[self.start : self.end]
        return transfer.decode(body, self.headers.token("content-transfer-encoding"))

    def filename(self) -> str:
        """Return the name the sender gave, decoded, or ""."""
        given = params.text(self.disposition_params, "filename")
        given = given or params.text(self.params, "name")
        return names.shown(given or params.text(self.disposition_params, "name"))

    def charset(self) -> str:
        """Return the declared charset, or ""."""
        plain = self.params.get("charset", b"").decode("latin-1").strip()
        return plain or params.text(self.params, "charset")

    def multiparts(self) -> Iterator["Node"]:
        """Yield the parts that hold other parts, itself first."""
        if self.children:
            yield self
        for child in self.children:
            yield from child.multiparts()

    def leaves(self) -> Iterator["Node"]:
        """Yield the parts that hold content, in order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


class Budget:
    """How many parts may still be opened."""

    def __init__(self, parts: int = PARTS) -> None:
        self.left = parts
        self.exceeded = False

    def take(self) -> bool:
        """Spend one part; False when none is left."""
        self.exceeded = self.exceeded or self.left <= 0
        self.left -= 1
        return self.left >= 0


def read(raw: bytes, budget: Budget | None = None) -> Node:
    """Return the root of a mail's parts; beyond the bounds a part stays one opaque piece."""
    budget = budget or Budget()
    root = _node(raw, "", _skip_envelope(raw), len(raw), "text/plain", tolerant=True)
    _open(root, budget, 0)
    if not root.children:
        root.number = "1"
    root.headers.hint = next((each.charset() for each in root.leaves() if each.charset()), "")
    return root


def _skip_envelope(raw: bytes) -> int:
    """Return where the headers begin: after an mbox "From " line and stray empty lines."""
    start = 0
    if raw.startswith(codecs.BOM_UTF8):
        start = len(codecs.BOM_UTF8)
    while raw[start : start + 1] in (b"\n", b"\r") and start < 64:
        start += 1
    if raw.startswith((b"From ", b">From "), start):
        start = raw.find(b"\n", start) + 1 or start
    return start


def _node(
    raw: bytes, number: str, start: int, end: int, default: str, *, tolerant: bool = False
) -> Node:
    found, body = headers.read(raw, start, end, tolerant=tolerant)
    content_type, type_params = params.split(found.first("content-type"))
    disposition, disposition_params = params.split(found.first("content-disposition"))
    if content_type.count("/") != 1 or content_type[-1] == "/" or content_type[0] == "/":
        content_type = "text/plain" if content_type else default
    return Node(
        raw=raw,
        number=number,
        headers=found,
        start=min(body, end),
        end=end,
        content_type=content_type,
        params=type_params,
        disposition=disposition,
        disposition_params=disposition_params,
    )


def _open(node: Node, budget: Budget, depth: int) -> None:
    if not node.content_type.startswith("multipart/"):
        return
    boundary = node.params.get("boundary", b"").strip()
    boundary = boundary or params.text(node.params, "boundary").encode("latin-1", "ignore")
    if not boundary or _line(node.raw, b"--" + boundary, node.start, node.end) < 0:
        boundary = _guessed(node)
        node.is_guessed = True
    if not boundary:
        return
    if depth >= DEPTH or len(node.number) >= NUMBER:
        budget.exceeded = True
        return
    default = "message/rfc822" if node.content_type == "multipart/digest" else "text/plain"
    for place, (start, end) in enumerate(_slices(node, boundary), 1):
        if not budget.take():
            return
        number = f"{node.number}.{place}" if node.number else str(place)
        child = _node(node.raw, number, start, end, default)
        node.children.append(child)
        _open(child, budget, depth + 1)


def _guessed(node: Node) -> bytes:
    """Return the boundary that a mail uses without naming it: what stands above a part's fields."""
    found = GUESS.search(node.raw, node.start, min(node.end, node.start + GUESSED))
    return found[1] if found else b""


def _slices(node: Node, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each part between the boundary lines; a missing last line is fine."""
    raw, delimiter = node.raw, b"--" + boundary
    opened = -1
    at = _line(raw, delimiter, node.start, node.end)
    while at >= 0:
        if opened >= 0:
            yield opened, max(opened, _before(raw, at))
        after = at + len(delimiter)
        if raw.startswith(b"--", after):
            return
        newline = raw.find(b"\n", after, node.end)
        opened = newline + 1 if newline >= 0 else node.end
        at = _line(raw, delimiter, opened, node.end)
    if opened >= 0 and opened <= node.end:
        yield opened, node.end


def _line(raw: bytes, delimiter: bytes, start: int, end: int) -> int:
    """Return the offset of the next line that is the delimiter, or -1."""
    at = raw.find(delimiter, start, end)
    while at >= 0:
        tail = raw[at + len(delimiter) : at + len(delimiter) + 1]
        if (at == start or raw[at - 1 : at] == b"\n") and tail in TAILS:
            return at
        at = raw.find(delimiter, at + 1, end)
    return -1


def _before(raw: bytes, at: int) -> int:
    """Return where the content before a boundary line ends: its line end belongs to the line."""
    if raw[at - 2 : at] == b"\r\n":
        return at - 2
    return at - 1 if raw[at - 1 : at] == b"\n" else at
