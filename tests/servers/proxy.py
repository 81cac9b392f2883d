"""A proxy that spoils a connection on purpose: cut, delay, dribble, fall silent, count."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.servers.loop import listener


@dataclass
class Proxy:
    """What to do to the next connections, and what was seen on them.

    `cut_after` counts bytes from the server on each connection; `cut_at` is a text from the
    server after whose first appearance some bytes still pass (`cut_keeps`). `turns` counts
    how often the client spoke after the server had: round trips. `rewrite` makes other words
    of whole lines of the server; `overhear` is told what the client says before the server is.
    """

    target: int
    port: int = 0
    cut_after: int | None = None
    cut_at: bytes | None = None
    cut_keeps: int = 0
    latency: float = 0.0
    silent_after: int | None = None
    drop_text: bytes = b""
    rewrite: Callable[[bytes], bytes] | None = None
    overhear: Callable[[bytes], None] | None = None
    from_server: int = 0
    turns: int = 0
    connections: int = 0
    open: int = 0

    def heal(self) -> None:
        """Pass everything on again, and count from zero."""
        self.cut_after = self.cut_at = self.silent_after = None
        self.latency, self.cut_keeps, self.drop_text = 0.0, 0, b""
        self.rewrite = self.overhear = None
        self.from_server = self.turns = self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client."""
        self.connections += 1
        self.open += 1
        try:
            await self._pass_on(reader, writer)
        finally:
            self.open -= 1

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        state = _Connection(self)
        there = asyncio.create_task(state.to_server(reader, upstream[1]))
        back = asyncio.create_task(state.to_client(upstream[0], writer))
        await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        for task in (there, back):
            task.cancel()
        await asyncio.gather(there, back, return_exceptions=True)
        writer.close()
        upstream[1].close()


class _Connection:
    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.passed = 0
        self.seen = b""
        self.server_spoke = True
        self.held = b""

    async def to_server(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if self.server_spoke:
                self.proxy.turns += 1
                self.server_spoke = False
            if self.proxy.overhear:
                await asyncio.to_thread(self.proxy.overhear, data)
            if self.proxy.latency:
                await asyncio.sleep(self.proxy.latency)
            writer.write(data)
            await writer.drain()

    async def to_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        proxy = self.proxy
        while data := await reader.read(65_536):
            self.server_spoke = True
            if proxy.rewrite:
                whole, self.held = _lines(self.held + data)
                data = proxy.rewrite(whole)
            if proxy.drop_text:
                data = data.replace(proxy.drop_text, b"")
            end = self._end(data)
            if end is not None:
                writer.write(data[:end])
                await writer.drain()
                return
            if proxy.silent_after is not None and self.passed + len(data) > proxy.silent_after:
                await asyncio.sleep(3600)
            self.passed += len(data)
            proxy.from_server += len(data)
            writer.write(data)
            await writer.drain()

    def _end(self, data: bytes) -> int | None:
        """Where in this data the connection is to be cut."""
        proxy = self.proxy
        if proxy.cut_after is not None and self.passed + len(data) > proxy.cut_after:
            return max(0, proxy.cut_after - self.passed)
        if proxy.cut_at is not None:
            self.seen += data
            found = self.seen.find(proxy.cut_at)
            if found >= 0 and len(self.seen) >= found + proxy.cut_keeps:
                return max(0, found + proxy.cut_keeps - (len(self.seen) - len(data)))
        return None


def _lines(data: bytes) -> tuple[bytes, bytes]:
    """Data up to its last end of a line, and the rest."""
    end = data.rfind(b"\n") + 1
    return data[:end], data[end:]


@contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """A proxy before a local port."""
    result = Proxy(target)

    async def start() -> asyncio.Server:
        return await asyncio.start_server(result.serve, "127.0.0.1", 0)

    with listener(start) as port:
        result.port = port
        yield result
