"""A file that is written once from its beginning to its end, and kept in pieces."""

import io
from collections.abc import Callable
from typing import Any

PIECE = 1024 * 1024


class Pieces(io.RawIOBase):
    """A file that is only ever appended to; hands on pieces of a megabyte."""

    def __init__(self, keep: Callable[[bytes], None]) -> None:
        self.keep, self.buffer, self.size = keep, bytearray(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.buffer += data
        self.size += len(data)
        while len(self.buffer) >= PIECE:
            self.keep(bytes(self.buffer[:PIECE]))
            del self.buffer[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Hand on what is left."""
        if self.buffer:
            self.keep(bytes(self.buffer))
            self.buffer.clear()
