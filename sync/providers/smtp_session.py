"""A greeted and signed-in connection to a submission server (RFC 6409, RFC 4954)."""

from __future__ import annotations

import base64
import io
import re
import smtplib
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from crm.workspaces import guard
from sync.providers import dial, errors, refusals
from sync.providers.base import Endpoint, Login, Security
from sync.providers.timed import Timed

ADDRESS = re.compile(r"[^\x00-\x20\x7f<>@,;:\\\"]+@[^\x00-\x20\x7f<>@]+")
_SIGN_IN_OFF = re.compile(r"smtpclientauth\w* is disabled|5\.7\.139", re.IGNORECASE)


def connect(
    endpoint: Endpoint, login: Login | None, *, policy: guard.Policy, timeout: float
) -> Session:
    """Connect, protect the connection as the endpoint says, sign in."""
    session = greeted(endpoint, policy=policy, timeout=timeout)
    try:
        if login:
            session.sign_in(login)
    except BaseException:
        session.drop()
        raise
    return session


def greeted(endpoint: Endpoint, *, policy: guard.Policy, timeout: float) -> Session:
    """The same without signing in."""
    sock = dial.dial(endpoint, purpose="smtp", policy=policy, timeout=timeout)
    session = Session(sock, timeout=timeout)
    try:
        session.greet()
        if endpoint.security is Security.STARTTLS:
            session.start_tls(endpoint, policy)
    except BaseException:
        session.drop()
        raise
    return session


def refusal(status: int, text: str, *, code: str = "") -> errors.ProviderError:
    """A refusing reply: only what the server itself calls permanent is permanent."""
    raw = f"{status} {text}"
    if status == 421 or 400 <= status < 500:
        if refusals.is_limit(text):
            return errors.RateLimited(after=refusals.pause(text), raw=raw)
        return errors.Transient("send.later" if code else "server.busy", after=60.0, raw=raw)
    # 503 is about the order of commands: our confusion, not a verdict on the mail.
    if status == 503:
        return errors.Transient("server.failed", raw=raw)
    return errors.Permanent(code, raw=raw)


def safe(address: str) -> str:
    """An address that can't be mistaken for a command; raises Permanent otherwise."""
    if not ADDRESS.fullmatch(address):
        raise errors.Permanent("send.address")
    return address


class Session:
    """Speaks SMTP over a guarded socket; a failure of the connection raises Transient."""

    def __init__(self, sock: socket.socket, *, timeout: float) -> None:
        # Without a name of our own smtplib would ask DNS who we are, and tell everyone.
        self._client = smtplib.SMTP(local_hostname=f"[{sock.getsockname()[0]}]")
        self._client.command_encoding = "utf-8"
        self.timeout = timeout
        self._attach(sock)

    def _attach(self, sock: socket.socket) -> None:
        self._client.sock = sock
        self._raw = Timed(sock)
        self._client.file = io.BufferedReader(self._raw)

    @property
    def sock(self) -> socket.socket:
        sock = self._client.sock
        if sock is None:
            raise errors.Transient("connect.lost")
        return sock

    def greet(self) -> None:
        """Read the banner and introduce ourselves."""
        status, text = self.reply()
        if not 200 <= status < 600:
            raise errors.Transient("protocol.unexpected", raw=text[:80])
        if status != 220:
            raise refusal(status, text)
        self._hello()

    def _hello(self) -> None:
        with self.guarded():
            status, words = self._client.ehlo()
            if not 200 <= status < 300:
                status, words = self._client.helo()
        if not 200 <= status < 300:
            raise refusal(status, words.decode("utf-8", "replace"))

    def start_tls(self, endpoint: Endpoint, policy: guard.Policy) -> None:
        """Turn the connection into TLS; what came before it is forgotten (RFC 3207, 4.2)."""
        if not self.offers("starttls"):
            raise errors.Unsafe("tls.stripped")
        status, text = self.command("STARTTLS")
        if status != 220:
            raise errors.Unsafe("tls.stripped", raw=f"{status} {text}")
        self.sock.settimeout(self.timeout)
        # Lines that were read ahead came unprotected; they go away with the old reader.
        self._attach(dial.secure(self.sock, endpoint, policy=policy))
        self._client.esmtp_features.clear()
        self._client.does_esmtp = False
        self._hello()

    def sign_in(self, login: Login) -> None:
        """AUTH PLAIN, or LOGIN where that is all there is.

        A server that asks nobody who he is (a relay in one's own network) gets no password;
        one that wants it all the same refuses the sender with a reason of its own.
        """
        if not self.offers("auth"):
            return
        offered = self._client.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            secret = f"\0{login.username}\0{login.password}"
            status, text = self.command(f"AUTH PLAIN {_b64(secret)}")
        elif "LOGIN" in offered:
            status, text = self.command(f"AUTH LOGIN {_b64(login.username)}")
            if status == 334:
                status, text = self.command(_b64(login.password))
        else:
            raise errors.Permanent("auth.unsupported", raw=" ".join(offered))
        if status not in {235, 503}:
            raise _sign_in_refused(status, text)

    def offers(self, extension: str) -> bool:
        """Whether the server announced an extension."""
        return self._client.has_extn(extension)

    @property
    def size_limit(self) -> int | None:
        """The largest mail it takes, in octets; None when not told (RFC 1870)."""
        told = self._client.esmtp_features.get("size", "")
        return int(told) if told.isdigit() and int(told) else None

    def command(self, line: str) -> tuple[int, str]:
        """One command and its reply."""
        with self.guarded():
            status, words = self._client.docmd(line)
        return status, words.decode("utf-8", "replace")

    def reply(self) -> tuple[int, str]:
        """The next reply."""
        with self.guarded():
            status, words = self._client.getreply()
        return status, words.decode("utf-8", "replace")

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Turn what sockets and smtplib raise into what providers raise, and set the clock."""
        self._raw.deadline = time.monotonic() + self.timeout
        try:
            self.sock.settimeout(self.timeout)
            yield
        except TimeoutError as error:
            self.drop()
            raise errors.Transient("connect.timeout") from error
        except smtplib.SMTPServerDisconnected as error:
            self.drop()
            # smtplib hides a timeout behind this.
            late = isinstance(error.__context__, TimeoutError)
            code = "connect.timeout" if late else "connect.lost"
            raise errors.Transient(code, raw=str(error)) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self.drop()
            raise errors.Transient("connect.lost", raw=type(error).__name__) from error

    def quit(self) -> None:
        """Say goodbye without waiting long for an answer."""
        try:
            self.timeout = 3.0
            self.command("QUIT")
        except errors.Transient:
            return
        finally:
            self.drop()

    def drop(self) -> None:
        """Close the connection."""
        self._client.close()


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _sign_in_refused(status: int, text: str) -> errors.ProviderError:
    raw = f"{status} {text}"
    if _SIGN_IN_OFF.search(text):
        return errors.AuthRevoked("auth.disabled", raw=raw)
    code = refusals.sign_in_code(text)
    if code:
        return errors.AuthRevoked(code, raw=raw)
    if refusals.is_limit(text):
        return errors.RateLimited(after=refusals.pause(text), raw=raw)
    if status in {530, 538}:
        return errors.Unsafe("tls.required", raw=raw)
    if status in {534, 535}:
        return errors.AuthRevoked(raw=raw)
    if 500 <= status < 600:
        return errors.Permanent("auth.unsupported", raw=raw)
    return errors.Transient("server.busy", after=60.0, raw=raw)
