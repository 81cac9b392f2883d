"""The pictures of the demo's newsletters, on a server of their own as senders have them.

Whoever asks for them tells the sender that he reads: Fio asks only when the reader wants it.
"""

import asyncio
import logging
from contextlib import AsyncExitStack

from crm.config.demo import accounts, flyers, papers

LONGEST_REQUEST = 8192
SECONDS = 10.0
SEEN = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)

log = logging.getLogger("fio.demo.pictures")


async def start(port: int, stack: AsyncExitStack) -> None:
    """Listens on the port until the stack is closed."""
    server = await asyncio.start_server(_serve, accounts.HOST, port, limit=LONGEST_REQUEST)
    await stack.enter_async_context(server)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(answer(head))
            await writer.drain()
    except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        log.info("a request that was none")
    finally:
        writer.close()


def answer(head: bytes) -> bytes:
    """The whole HTTP answer to a request's header."""
    words = head.split(b"\r\n", 1)[0].decode("ascii", "replace").split()
    found = drawn(words[1]) if len(words) == 3 and words[0] == "GET" else None
    if found is None:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    kind, data = found
    log.info("%s was looked at", words[1])
    lines = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n"
    return f"{lines}Connection: close\r\n\r\n".encode() + data


def drawn(path: str) -> tuple[str, bytes] | None:
    """The type and bytes of /<kind>/logo.png, banner.png or seen.gif; None for all else."""
    kind, _, name = path.strip("/").partition("/")
    accent = flyers.ACCENTS.get(kind)
    if accent is None:
        return None
    colour = bytes.fromhex(accent.removeprefix("#"))
    match name:
        case "logo.png":
            return "image/png", papers.png(120, 32, lambda x, y: _logo(x, y, colour))
        case "banner.png":
            return "image/png", papers.png(552, 120, lambda x, y: _banner(x, y, colour))
        case "seen.gif":
            return "image/gif", SEEN
    return None


def _logo(x: int, y: int, colour: bytes) -> bytes:
    """A ring, and beside it three bars of different length."""
    ring = 100 <= (x - 16) ** 2 + (y - 16) ** 2 <= 225
    bar = x >= 42 and any(top <= y < top + 5 and x < end for top, end in BARS)
    return colour if ring or bar else b"\xff\xff\xff"


def _banner(x: int, y: int, colour: bytes) -> bytes:
    """Hills in the sender's colour before a light sky."""
    hill = 70 + abs((x % 276) - 138) // 3
    low = 95 - abs((x + 90) % 368 - 184) // 6
    if y > hill:
        return colour
    return bytes((part + 2 * 255) // 3 for part in colour) if y > low else b"\xf4\xf1\xea"


BARS = ((4, 112), (13, 96), (22, 76))
