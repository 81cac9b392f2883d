"""A file that was inside something else: in a winmail.dat, or written into the text."""

import mimetypes
from dataclasses import dataclass

from inbox.mime import names

TYPES = mimetypes.MimeTypes()  # those built in: the same on every machine
MARK = ":"  # between the number of the part and the place of the file in it


@dataclass(frozen=True, slots=True)
class File:
    """A file by the name it was packed under, and its bytes."""

    filename: str
    content_type: str
    data: bytes


def named(name: str, data: bytes) -> File:
    """Return a file whose type is told by its name alone."""
    name = names.shown(name) or names.made("")
    return File(name, TYPES.guess_type(name)[0] or "application/octet-stream", data)


def number(part: str, place: int) -> str:
    """Return how the file at a place (from 1) in a part is addressed, as in "2:1"."""
    return f"{part}{MARK}{place}"
