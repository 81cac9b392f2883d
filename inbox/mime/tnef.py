"""The files inside a winmail.dat: Outlook's own wrapping of attachments (MS-OXTNEF).

Written here because what is published for it reads lengths as they come, and these come from
strangers: every read stays within the bytes there are, and nothing is copied twice.
"""

import struct
from collections.abc import Iterator

from inbox.mime import charset
from inbox.mime.unpacked import File, named

SIGNATURE = b"\x78\x9f\x3e\x22"
NAMES = ("winmail.dat", "win.dat")
TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
# Attributes (MS-OXTNEF 2.1.3.2)
CODEPAGE, RENDERING, TITLE, DATA, PROPERTIES = 0x69007, 0x69002, 0x18010, 0x6800F, 0x69005
# Properties of an attachment (MS-OXPROPS)
OBJECT, SHORT, LONG, MIME = 0x3701, 0x3704, 0x3707, 0x370E
SIZES = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
COUNTED = (0x1E, 0x1F, 0x102, 0xD)
UTF_16, WIDE = 0x1F, 0x10000  # a kind of text, and how a name is marked whose text is of it
MANY, DEEP = 200, 3
MOST = 10_000  # values of one property: far more than Outlook writes
READ = 50_000  # attributes, properties and values of the whole file


class _Stream:
    """Bytes read from the front; raises EOFError where fewer are left than are asked for."""

    def __init__(self, data: memoryview, left: list[int]) -> None:
        self.data = data
        self.at = 0
        # How many more things may be read, shared by all streams of a file
        self.left = left

    def step(self) -> None:
        self.left[0] -= 1
        if self.left[0] < 0:
            raise EOFError

    def take(self, size: int) -> memoryview:
        if size > len(self.data) - self.at:
            raise EOFError
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, form: str = "<I") -> int:
        found: int = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return found


def is_packed(content_type: str, filename: str) -> bool:
    """Whether a part may be a winmail.dat."""
    return content_type in TYPES or filename.lower() in NAMES


def files(data: bytes) -> list[File]:
    """Return the files inside, at most 200; what is broken ends the list and spoils nothing."""
    found: list[File] = []
    for file in _files(memoryview(data), DEEP, [READ]):
        if len(found) >= MANY:
            break
        found.append(file)
    return found


def _files(data: memoryview, depth: int, left: list[int]) -> Iterator[File]:
    if bytes(data[:4]) != SIGNATURE:
        return
    stream = _Stream(data[6:], left)
    codepage = ""
    open_: dict[int, memoryview] | None = None
    for tag, value in _attributes(stream):
        if tag == CODEPAGE and len(value) >= 4:
            codepage = f"cp{struct.unpack_from('<I', value)[0]}"
        elif tag == RENDERING:
            yield from _finished(open_, codepage, depth, left)
            open_ = {}
        elif open_ is not None and tag in (TITLE, DATA):
            open_[tag] = value
        elif open_ is not None and tag == PROPERTIES:
            for name, content in _properties(_Stream(value, left)):
                open_.setdefault(name, content)
    yield from _finished(open_, codepage, depth, left)


def _attributes(stream: _Stream) -> Iterator[tuple[int, memoryview]]:
    try:
        while True:
            stream.step()
            stream.take(1)
            tag, size = stream.number(), stream.number()
            value = stream.take(size)
            stream.take(2)
            yield tag, value
    except EOFError:
        return


def _properties(stream: _Stream) -> Iterator[tuple[int, memoryview]]:
    """Yield (id, first value) of each property that holds text or bytes."""
    try:
        for _ in range(stream.number()):
            stream.step()
            kind, name = stream.number("<H"), stream.number("<H")
            if name >= 0x8000:
                _skip_name(stream)
            many, kind = bool(kind & 0x1000), kind & 0xFFF
            if kind in SIZES:
                stream.take(SIZES[kind] * (stream.number() if many else 1))
            elif kind in COUNTED:
                key = name | WIDE if kind == UTF_16 else name
                yield from ((key, value) for value in _values(stream) if not many)
            else:
                return
    except EOFError:
        return


def _skip_name(stream: _Stream) -> None:
    stream.take(16)
    if stream.number():
        size = stream.number()
        stream.take(size + -size % 4)
    else:
        stream.take(4)


def _values(stream: _Stream) -> Iterator[memoryview]:
    count = stream.number()
    if count > MOST:
        raise EOFError
    for _ in range(count):
        stream.step()
        size = stream.number()
        yield stream.take(size)
        stream.take(min(-size % 4, len(stream.data) - stream.at))


def _finished(
    parts: dict[int, memoryview] | None, codepage: str, depth: int, left: list[int]
) -> Iterator[File]:
    """Yield the file an attachment is, or those of the mail it is."""
    if parts is None:
        return
    inner = parts.get(OBJECT)
    if inner is not None and bytes(inner[16:20]) == SIGNATURE:
        if depth:
            yield from _files(inner[16:], depth - 1, left)
        return
    content = parts.get(DATA) or inner
    if content is None:
        return
    given = [each for each in (LONG | WIDE, LONG, SHORT | WIDE, SHORT, TITLE) if each in parts]
    names = (
        _text(parts[each], "utf-16-le" if each & WIDE and each != TITLE else codepage)
        for each in given
    )
    yield named(next(filter(None, names), ""), bytes(content))


def _text(value: memoryview, declared: str) -> str:
    data = bytes(value[:2_000])
    data = data if declared == "utf-16-le" else data.partition(b"\0")[0]
    return charset.decode(data, declared).strip()
