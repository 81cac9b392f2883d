"""Reads a socket under a deadline for the whole answer, not for each byte of it."""

from __future__ import annotations

import io
import socket
import ssl
import time

SILENCE = 60.0


class Timed(io.RawIOBase):
    """A socket read under an overall deadline, so that one byte a minute is no life sign."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self.sock = sock
        self.deadline = time.monotonic() + SILENCE
        self.waits = True
        self.ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        left = self.deadline - time.monotonic()
        if self.waits and left <= 0:
            raise TimeoutError
        self.sock.settimeout(min(left, SILENCE) if self.waits else 0)
        try:
            count = self.sock.recv_into(buffer)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        self.ended = count == 0
        return count
