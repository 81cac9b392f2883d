"""An IMAP server with as many messages in its inbox as one likes: none is ever stored."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.servers.loop import listener

_RANGE = re.compile(rb"(\w+) UID FETCH (\d+):(\d+) \(UID FLAGS")


@dataclass
class Vast:
    """Where it listens and how much it holds; every name and password is right."""

    count: int
    port: int = 0
    listed: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client."""
        writer.write(b"* OK [CAPABILITY IMAP4rev1] vast\r\n")
        try:
            while line := await reader.readline():
                writer.write(self.answer(line))
                await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()

    def answer(self, line: bytes) -> bytes:
        """What it says to one command."""
        tag, _, command = line.partition(b" ")
        ok = tag + b" OK done\r\n"
        if command.startswith(b"LIST"):
            return b'* LIST (\\HasNoChildren) "/" INBOX\r\n' + ok
        if command.startswith(b"STATUS"):
            items = b"MESSAGES %d UIDNEXT %d UIDVALIDITY 1" % (self.count, self.count + 1)
            return b"* STATUS INBOX (%s)\r\n" % items + ok
        if command.startswith((b"EXAMINE", b"SELECT")):
            told = b"* %d EXISTS\r\n* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT %d]\r\n"
            return told % (self.count, self.count + 1) + ok
        asked = _RANGE.match(line)
        if asked:
            first, last = int(asked[2]), min(int(asked[3]), self.count)
            self.listed += last - first + 1
            when = b'"01-Jun-2026 12:00:00 +0000"'
            row = b"* %d FETCH (UID %d FLAGS () RFC822.SIZE 1000 INTERNALDATE " + when + b")\r\n"
            return b"".join(row % (n, n) for n in range(first, last + 1)) + ok
        return ok


@contextmanager
def vast(count: int) -> Iterator[Vast]:
    """Run one."""
    result = Vast(count)

    async def start() -> asyncio.Server:
        return await asyncio.start_server(result.serve, "127.0.0.1", 0)

    with listener(start) as port:
        result.port = port
        yield result
