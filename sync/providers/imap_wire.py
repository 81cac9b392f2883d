"""One IMAP connection: commands out, responses in, every read under a deadline.

Responses are handed on as they arrive, so a batch of mail is never held as a whole, and
nothing here formats a body for a log.
"""

from __future__ import annotations

import contextlib
import io
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

from sync.providers import errors, imap_tokens, timed
from sync.providers.imap_tokens import DIGITS, Answer, Item, Literal
from sync.providers.timed import Timed

_LITERAL = re.compile(rb"~?\{(\d{1,20})\+?\}\r?\n$")
_CODE = re.compile(rb"\[([^\] ]+)(?: ((?:[^\]\"]|\"[^\"]*\")*))?\] ?(.*)", re.DOTALL)
_TEXTUAL = frozenset({b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"})
MAX_LINE = 8_388_608
MAX_LITERAL = 67_108_864
PARTING = 2.0


@dataclass(frozen=True, slots=True)
class Response:
    """One untagged response: its kind, the number before it, and what follows."""

    kind: bytes
    number: int | None
    pieces: list[bytes]

    @property
    def tokens(self) -> list[Item]:
        return imap_tokens.tokens(self.pieces)

    @property
    def told(self) -> dict[bytes, Item]:
        """What a FETCH or STATUS says, by name; empty for anything else."""
        items = self.tokens if self.kind in {b"FETCH", b"STATUS"} else []
        return imap_tokens.pairs(items[-1] if items else None)


@dataclass(frozen=True, slots=True)
class Reply:
    """How a command ended, or any response made of words: [code argument] text."""

    status: bytes
    code: bytes
    argument: bytes
    text: bytes

    def as_response(self) -> Response:
        """The same as an untagged response, for readers that take codes from either."""
        code = b"[%s %s] " % (self.code, self.argument) if self.code else b""
        return Response(self.status, None, [code + self.text])


class Refused(Exception):
    """The server said NO or BAD; whoever gave the command knows what that means."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(reply.status.decode("ascii", "replace"))


def words(status: bytes, rest: bytes) -> Reply:
    """Split a status response into its code and its text."""
    match = _CODE.match(rest)
    if match:
        return Reply(status, match[1].upper(), match[2] or b"", match[3])
    return Reply(status, b"", b"", rest)


class Wire:
    """Sends commands and yields what comes back; broken for good after any failure."""

    def __init__(self, sock: socket.socket, *, timeout: float, buffer: int = 131_072) -> None:
        self.timeout = timeout
        self.literal_plus = False
        self.broken = False
        self.farewell: Reply | None = None
        self._buffer = buffer
        self._count = 0
        self.attach(sock)

    def attach(self, sock: socket.socket) -> None:
        """Go on over this socket, as after STARTTLS."""
        self.sock = sock
        self._raw = Timed(sock)
        self._reader = io.BufferedReader(self._raw, self._buffer)

    @property
    def has_unread(self) -> bool:
        """Whether bytes came that nobody asked for yet; before TLS that is an attack."""
        self._raw.waits = False
        try:
            return bool(self._reader.peek(1))
        finally:
            self.sock.settimeout(self.timeout)

    def read_now(self) -> bytes | None:
        """What has arrived, without waiting: b"" for nothing yet, None when the peer left."""
        self._raw.waits = False
        try:
            data = self._reader.read1(65_536)
        except OSError:
            self.close()
            return None
        return None if self._raw.ended and not data else data

    def close(self) -> None:
        """Drop the connection."""
        self.broken = True
        try:
            self.sock.close()
        except OSError:
            return

    def greeting(self) -> Reply:
        """The server's first words."""
        self._start(self.timeout)
        with self._guarded():
            line = self._line()
            star, _, rest = line.partition(b" ")
            status, _, text = rest.partition(b" ")
            if star != b"*" or status.upper() not in _TEXTUAL:
                raise errors.Transient("protocol.unexpected", raw=line[:80])
            return words(status.upper(), text)

    def stream(self, *parts: bytes, timeout: float | None = None) -> Iterator[Response | Reply]:
        """Send one command; its untagged responses as they come, and at last its Reply.

        Raises Refused for NO and BAD, Transient when the connection fails. A reader that
        stops early leaves the connection unusable.
        """
        self._start(self.timeout if timeout is None else timeout)
        self._count += 1
        tag = b"f%d" % self._count
        finished = False
        try:
            with self._guarded():
                yield from self._send(tag, parts)
                while True:
                    item = self._next(tag)
                    if isinstance(item, Reply):
                        if item.status != b"OK":
                            raise Refused(item)
                        finished = True
                        yield item
                        return
                    if item is not None:
                        yield item
        except Refused:
            finished = True
            raise
        finally:
            if not finished:
                self.close()

    def many(self, commands: list[tuple[bytes, ...]]) -> Iterator[Response | Reply]:
        """Send commands without waiting between them; their Replies come in order too.

        Only for commands without literals that do not depend on one another.
        """
        self._start(self.timeout)
        tags = []
        finished = False
        try:
            with self._guarded():
                out = b""
                for parts in commands:
                    self._count += 1
                    tags.append(b"f%d" % self._count)
                    out += tags[-1] + b" " + b"".join(parts) + b"\r\n"
                self.sock.sendall(out)
                for tag in tags:
                    item: Response | Reply | None = None
                    while not isinstance(item, Reply):
                        item = self._next(tag)
                        if item is not None:
                            yield item
                finished = True
        finally:
            if not finished:
                self.close()

    def put(self, line: bytes) -> None:
        """Send a line that is no command, such as DONE."""
        self._start(self.timeout)
        with self._guarded():
            self.sock.sendall(line + b"\r\n")

    def begin(self, command: bytes) -> tuple[bytes, list[Response]]:
        """Send a command that goes on until we end it: its tag, and what came before the "+"."""
        self._start(self.timeout)
        self._count += 1
        tag = b"f%d" % self._count
        with self._guarded():
            self.sock.sendall(tag + b" " + command + b"\r\n")
            return tag, list(self._until_continue(tag))

    def finish(self, tag: bytes) -> Iterator[Response | Reply]:
        """What still comes of a command that was begun, up to its Reply."""
        with self._guarded():
            item: Response | Reply | None = None
            while not isinstance(item, Reply):
                item = self._next(tag)
                if item is not None:
                    yield item

    def _start(self, timeout: float) -> None:
        if self.broken:
            raise errors.Transient("connect.lost")
        self._raw.waits = True
        self._raw.deadline = time.monotonic() + timeout
        self.sock.settimeout(min(timeout, timed.SILENCE))

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn what sockets raise into what providers raise, and drop the connection."""
        try:
            yield
        except errors.ProviderError:
            self.close()
            raise
        except TimeoutError as error:
            self.close()
            raise errors.Transient("connect.timeout") from error
        except (OSError, ValueError) as error:
            self.close()
            raise errors.Transient("connect.lost", raw=type(error).__name__) from error

    def _send(self, tag: bytes, parts: tuple[bytes, ...]) -> Iterator[Response]:
        out = tag + b" "
        for part in parts:
            if isinstance(part, Literal):
                waits = not self.literal_plus
                out += b"{%d}" % len(part) if waits else b"{%d+}" % len(part)
            elif isinstance(part, Answer):
                waits = True
            else:
                out += part
                continue
            self.sock.sendall(out + b"\r\n")
            if waits:
                yield from self._until_continue(tag)
            # A large mail is not copied just to have a few bytes before it.
            self.sock.sendall(part)
            out = b""
        self.sock.sendall(out + b"\r\n")

    def _until_continue(self, tag: bytes) -> Iterator[Response]:
        """Responses up to the "+"; raises Refused when the server ends the command instead."""
        while True:
            line = self._line()
            if line.startswith(b"+"):
                return
            item = self._parse(line, tag)
            if isinstance(item, Reply):
                raise Refused(item)
            if item is not None:
                yield item

    def _next(self, tag: bytes) -> Response | Reply | None:
        item = self._parse(self._line(), tag)
        if self.farewell is not None:
            # Some say why after they said goodbye, and not every server hangs up then
            self._raw.deadline = min(self._raw.deadline, time.monotonic() + PARTING)
        return item

    def _line(self) -> bytes:
        line = self._reader.readline(MAX_LINE)
        if not line.endswith(b"\n"):
            if len(line) >= MAX_LINE:
                raise errors.Transient("protocol.unexpected", raw="too long")
            raise ConnectionError("closed")
        return line

    def _parse(self, line: bytes, tag: bytes) -> Response | Reply | None:
        head, _, rest = line.rstrip(b"\r\n").partition(b" ")
        if head == tag:
            status, _, text = rest.partition(b" ")
            return words(status.upper(), text)
        if head != b"*":
            # A late continuation, or the end of something we gave up; neither is for us.
            return None
        first, _, after = rest.partition(b" ")
        number = None
        if first.isdigit() and len(first) <= DIGITS:
            number = int(first)
            first, _, after = after.partition(b" ")
        kind = first.upper()
        if kind in _TEXTUAL:
            if kind == b"BYE":
                self.farewell = words(kind, after)
            return Response(kind, None, [after])
        return Response(kind, number, self._pieces(line, after))

    def _pieces(self, line: bytes, after: bytes) -> list[bytes]:
        pieces = [after]
        while line.endswith((b"}\r\n", b"}\n")):
            match = _LITERAL.search(line)
            if not match:
                break
            size = int(match[1])
            if size > MAX_LITERAL:
                raise errors.Transient("protocol.unexpected", raw="too long")
            pieces[-1] = pieces[-1][: pieces[-1].rfind(b"{")].rstrip(b"~")
            literal = self._reader.read(size)
            if len(literal) < size:
                raise ConnectionError("closed inside a literal")
            line = self._line()
            pieces += [literal, line.rstrip(b"\r\n")]
        return pieces
