"""An SMTP server that keeps what it is given and misbehaves for certain recipients.

nouser@ 550 · tempfail@ 451 always · greylist@ 451 the first time · busy@ 421 and goodbye ·
limit@ 421 because of a limit ·
vanish@ takes the mail and hangs up without a word · spam@ 554 after the mail ·
later@ 452 after the mail
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.certificates import Certificate
from tests.servers.loop import listener

PASSWORD = "sea-shell-42"


@dataclass
class Received:
    """One accepted mail and the way it came."""

    sender: str
    recipients: list[str]
    raw: bytes
    user: str | None
    is_secure: bool
    options: list[str]


@dataclass
class Sink:
    """What arrived so far, and where to send more."""

    port: int = 0
    mails: list[Received] = field(default_factory=list)
    greeted: set[str] = field(default_factory=set)
    delay: float = 0.0

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        local = address.partition("@")[0]
        await asyncio.sleep(self.delay)
        if local == "nouser":
            return "550 5.1.1 User unknown"
        if local == "tempfail" or (local == "greylist" and address not in self.greeted):
            self.greeted.add(address)
            return "451 4.7.1 Greylisted, come back later"
        if local == "busy":
            _hang_up(server, b"421 4.3.2 Shutting down\r\n")
            return "421 4.3.2 Shutting down"
        if local == "limit":
            _hang_up(server, b"421 4.7.0 Too many messages, slow down\r\n")
            return "421 4.7.0 Too many messages, slow down"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        names = {address.partition("@")[0] for address in envelope.rcpt_tos}
        if "spam" in names:
            return "554 5.7.1 This looks like spam"
        if "later" in names:
            return "452 4.3.1 Insufficient storage"
        raw = envelope.original_content or b""
        self.mails.append(
            Received(
                envelope.mail_from or "",
                list(envelope.rcpt_tos),
                raw,
                str(session.auth_data) if session.authenticated else None,
                bool(server.transport and server.transport.get_extra_info("sslcontext")),
                list(envelope.mail_options),
            )
        )
        if "vanish" in names:
            _hang_up(server, b"")
        return "250 2.0.0 Queued"


def _hang_up(server: SMTP, words: bytes) -> None:
    transport = server.transport
    if isinstance(transport, asyncio.Transport):
        if words:
            transport.write(words)
            transport.close()
        else:
            transport.abort()


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    ok = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    if not ok:
        return AuthResult(success=False, handled=False)
    return AuthResult(success=True, auth_data=data.login.decode())


@contextmanager
def sink(
    certificate: Certificate | None = None,
    *,
    implicit_tls: bool = False,
    auth: bool = True,
    size: int = 33_554_432,
    utf8: bool = True,
) -> Iterator[Sink]:
    """Run one: without a certificate plain, else STARTTLS, or TLS from the first byte."""
    result = Sink()
    # aiosmtpd warns of sign-in without TLS, which is what some tests are about.
    warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.cert, certificate.key)

    def protocol() -> SMTP:
        return SMTP(
            result,
            data_size_limit=size,
            enable_SMTPUTF8=utf8,
            hostname="sink.test",
            tls_context=None if implicit_tls else context,
            require_starttls=bool(context) and not implicit_tls,
            authenticator=_authenticate if auth else None,
            auth_required=auth,
            # Without sign-in nothing of it is announced either
            auth_require_tls=not auth or (bool(context) and not implicit_tls),
            loop=asyncio.get_running_loop(),
        )

    async def start() -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(
            protocol, "127.0.0.1", 0, ssl=context if implicit_tls else None
        )

    with listener(start) as port:
        result.port = port
        yield result
