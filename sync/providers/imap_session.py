"""A signed-in IMAP connection: what it can do, which folder is open, what it overheard."""

from __future__ import annotations

import base64
import contextlib
import functools
from collections.abc import Iterator
from dataclasses import replace

from crm.workspaces import guard
from sync.providers import dial, errors, imap_refusals, imap_tokens
from sync.providers.base import (
    Capabilities,
    Endpoint,
    FolderStatus,
    Login,
    Security,
    Span,
)
from sync.providers.imap_tokens import Answer, Literal
from sync.providers.imap_wire import Refused, Reply, Response, Wire, words

_ID = b'ID ("name" "Fio")'


def connect(
    endpoint: Endpoint, *, policy: guard.Policy, timeout: float, buffer: int = 131_072
) -> Session:
    """A greeted connection under the protection the endpoint asks for, not signed in.

    STARTTLS that is not offered is an attack or a fault and never silently skipped.
    """
    sock = dial.dial(endpoint, purpose="imap", policy=policy, timeout=timeout)
    session = Session(Wire(sock, timeout=timeout, buffer=buffer))
    try:
        session.greet(signed_in_ok=endpoint.security is not Security.STARTTLS)
        if endpoint.security is Security.STARTTLS:
            session.start_tls(endpoint, policy)
    except BaseException:
        session.wire.close()
        raise
    return session


class Session:
    """Runs commands and listens to everything else the server says meanwhile."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.names: frozenset[str] = frozenset()
        self.folder: str | None = None
        self.writable = False
        self.generation = 0
        self.messages = 0
        self.vanished: list[Span] = []
        self.changed = False
        self.qresync = False
        self._prepared = False
        self._learned = False

    @property
    def is_open(self) -> bool:
        return not self.wire.broken

    @property
    def caps(self) -> Capabilities:
        names = self.names
        limit = next((n for n in names if n.startswith("APPENDLIMIT=")), "")
        size = limit.removeprefix("APPENDLIMIT=")
        return Capabilities(
            idle="IDLE" in names,
            condstore=bool(names & {"CONDSTORE", "QRESYNC"}),
            qresync="QRESYNC" in names and "ENABLE" in names,
            move="MOVE" in names,
            uidplus="UIDPLUS" in names,
            special_use="SPECIAL-USE" in names,
            immutable_ids=bool(names & {"OBJECTID", "X-GM-EXT-1"}),
            labels="X-GM-EXT-1" in names,
            max_message=imap_tokens.number(size.encode()),
            names=names,
        )

    # Signing in

    def greet(self, *, signed_in_ok: bool) -> None:
        """Read the greeting; one that claims we are signed in would skip STARTTLS."""
        hello = self.wire.greeting()
        if hello.status == b"BYE":
            raise imap_refusals.farewell(hello)
        if hello.status == b"PREAUTH" and not signed_in_ok:
            raise errors.Unsafe("tls.stripped")
        if hello.code == b"CAPABILITY":
            self._learn(hello.argument)

    def start_tls(self, endpoint: Endpoint, policy: guard.Policy) -> None:
        """Turn the connection into TLS (RFC 3501, 6.2.1); forgets what was said before."""
        if not self.names:
            self.run(b"CAPABILITY")
        if "STARTTLS" not in self.names:
            raise errors.Unsafe("tls.stripped")
        try:
            self.run(b"STARTTLS")
        except errors.Permanent as error:
            raise errors.Unsafe("tls.stripped", raw=error.raw) from error
        if self.wire.has_unread:
            raise errors.Unsafe("tls.stripped", raw="words before TLS")
        self.names = frozenset()
        self.wire.attach(dial.secure(self.wire.sock, endpoint, policy=policy))

    def sign_in(self, login: Login) -> None:
        """AUTHENTICATE PLAIN or LOGIN; raises AuthRevoked only for a refused password."""
        if not self.names:
            self.run(b"CAPABILITY")
        plain = "AUTH=PLAIN" in self.names
        if not plain and "LOGINDISABLED" in self.names:
            raise errors.Permanent("auth.unsupported")
        self._learned = False
        try:
            if plain:
                self._authenticate(login)
            else:
                self._run(b"LOGIN ", _secret(login.username), b" ", _secret(login.password))
        except Refused as refused:
            raise imap_refusals.sign_in(refused.reply) from None
        if not self._learned:
            self.run(b"CAPABILITY")
        self.wire.literal_plus = bool(self.names & {"LITERAL+"})

    def _authenticate(self, login: Login) -> None:
        secret = f"\0{login.username}\0{login.password}".encode()
        packed = base64.b64encode(secret)
        if "SASL-IR" in self.names:
            self._run(b"AUTHENTICATE PLAIN ", packed)
        else:
            self._run(b"AUTHENTICATE PLAIN", Answer(packed))

    def prepare(self) -> None:
        """Say who we are and ask for the news about vanished mail; before any folder opens."""
        if self._prepared:
            return
        self._prepared = True
        if "ID" in self.names:
            self._try(_ID)
        if self.caps.qresync:
            self.qresync = self._try(b"ENABLE QRESYNC")
        elif "ENABLE" in self.names and "CONDSTORE" in self.names:
            self._try(b"ENABLE CONDSTORE")

    def _try(self, command: bytes) -> bool:
        try:
            self.run(command)
        except (errors.Permanent, errors.InsufficientPermissions):
            return False
        return True

    # Commands

    def run(self, *parts: bytes, scope: str = "", timeout: float | None = None) -> list[Response]:
        """One command; its untagged responses. Refusals become provider errors."""
        try:
            return self._run(*parts, timeout=timeout)
        except Refused as refused:
            raise imap_refusals.command(refused.reply, scope=scope) from None

    def run_all(
        self, *parts: bytes, scope: str = "", timeout: float | None = None
    ) -> list[Response]:
        """One command; its responses, the words it ended with last, as an OK response."""
        responses: list[Response] = []
        try:
            with self._explained():
                for item in self.wire.stream(*parts, timeout=timeout):
                    self._notice(item)
                    responses.append(item if isinstance(item, Response) else item.as_response())
        except Refused as refused:
            raise imap_refusals.command(refused.reply, scope=scope) from None
        return responses

    def stream(self, *parts: bytes, timeout: float | None = None) -> Iterator[Response]:
        """One command; its untagged responses as they come. Raises Refused."""
        with self._explained():
            for item in self.wire.stream(*parts, timeout=timeout):
                self._notice(item)
                if isinstance(item, Response):
                    yield item

    def many(self, commands: list[tuple[bytes, ...]]) -> Iterator[Response | Reply]:
        """Commands in one go; responses, each command's Reply in order."""
        with self._explained():
            for item in self.wire.many(commands):
                self._notice(item)
                yield item

    def _run(self, *parts: bytes, timeout: float | None = None) -> list[Response]:
        return list(self.stream(*parts, timeout=timeout))

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn a hang-up into what the server said on leaving."""
        try:
            yield
        except errors.Transient as error:
            if error.code in {"connect.lost", "connect.timeout"} and self.wire.farewell:
                raise imap_refusals.farewell(self.wire.farewell) from error
            raise

    def _notice(self, item: Response | Reply) -> None:
        """Keep what matters from any response, whichever command it came with."""
        if isinstance(item, Reply):
            reply = item
        elif item.kind in {b"OK", b"NO", b"BAD", b"PREAUTH"}:
            reply = words(item.kind, item.pieces[0])
        elif item.kind == b"CAPABILITY":
            self._learn(item.pieces[0])
            return
        elif item.kind == b"VANISHED":
            self.vanished += imap_tokens.spans(item.pieces[0].rpartition(b" ")[2])
            self.changed = True
            return
        else:
            self.changed = self.changed or item.kind in {b"EXISTS", b"EXPUNGE"}
            return
        if reply.code == b"CAPABILITY":
            self._learn(reply.argument)

    def _learn(self, names: bytes) -> None:
        self.names = _names(names)
        self._learned = True

    # Folders

    def open(self, folder: str, *, write: bool = False) -> FolderStatus:
        """Open a folder for reading or writing; its position as the server tells it now."""
        self.prepare()
        self.folder = None
        self.vanished = []
        verb = b"SELECT " if write else b"EXAMINE "
        extra = b" (CONDSTORE)" if self.caps.condstore and not self.qresync else b""
        try:
            responses = self._run(verb, imap_tokens.string(folder), extra)
        except Refused as refused:
            raise _unopened(refused.reply, folder) from None
        status = _opened(responses)
        self.folder, self.writable, self.generation = folder, write, status.generation
        self.messages = status.messages
        self.changed = False
        return status

    def status_command(self, folder: str) -> tuple[bytes, ...]:
        """The parts of a STATUS command for a folder."""
        items = b"UIDVALIDITY UIDNEXT MESSAGES"
        if self.caps.condstore:
            items += b" HIGHESTMODSEQ"
        return (b"STATUS ", imap_tokens.string(folder), b" (" + items + b")")

    def close(self) -> None:
        """Say goodbye if the connection still works."""
        if self.wire.broken:
            return
        try:
            self._run(b"LOGOUT", timeout=5.0)
        except (errors.ProviderError, Refused):
            return
        finally:
            self.wire.close()


@functools.lru_cache(maxsize=256)
def _names(listed: bytes) -> frozenset[str]:
    # Shared, because thousands of waiting connections hear the same words.
    return frozenset(listed.decode("ascii", "replace").upper().split())


def _secret(text: str) -> bytes:
    raw = text.encode()
    if raw.isascii() and not any(byte < 32 or byte in b'"\\' for byte in raw):
        return b'"' + raw + b'"'
    return Literal(raw)


def _unopened(reply: Reply, folder: str) -> errors.ProviderError:
    error = imap_refusals.command(reply, scope=folder)
    # Few servers use a code here; a folder that can't be opened is gone for our purposes.
    if type(error) is errors.Permanent and error.code == "server.refused":
        return errors.RemoteGone(raw=error.raw, scope=folder)
    return error


def _opened(responses: list[Response]) -> FolderStatus:
    status = FolderStatus(generation=0, next=0, modseq=None, messages=0)
    for response in responses:
        if response.kind == b"EXISTS" and response.number is not None:
            status = replace(status, messages=response.number)
        if response.kind != b"OK":
            continue
        told = words(b"OK", response.pieces[0])
        value = imap_tokens.number(told.argument)
        if value is None:
            continue
        match told.code:
            case b"UIDVALIDITY":
                status = replace(status, generation=value)
            case b"UIDNEXT":
                status = replace(status, next=value)
            case b"HIGHESTMODSEQ":
                status = replace(status, modseq=value or None)
    return status


def read_status(response: Response) -> FolderStatus:
    """The position in a STATUS response."""
    told = response.told
    return FolderStatus(
        generation=imap_tokens.number(told.get(b"UIDVALIDITY")) or 0,
        next=imap_tokens.number(told.get(b"UIDNEXT")) or 0,
        modseq=imap_tokens.number(told.get(b"HIGHESTMODSEQ")) or None,
        messages=imap_tokens.number(told.get(b"MESSAGES")) or 0,
    )
