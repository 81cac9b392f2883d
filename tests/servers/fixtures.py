"""The servers as fixtures: each is started once for the whole run and shared."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from imapclient import IMAPClient

from crm.workspaces import guard
from sync.providers.base import Endpoint, Login, Security
from tests.servers import certificates, cyrus, dovecot, exim, poor, proxy, sink

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificate:
    """A certificate for localhost, and the authority behind it."""
    return certificates.issue(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def policy(certificate: certificates.Certificate) -> guard.Policy:
    """What may be reached in tests: this machine, trusting the tests' authority."""
    return guard.Policy(allow_private=True, cafile=str(certificate.authority))


@pytest.fixture(scope="session")
def dovecot_server(certificate: certificates.Certificate) -> Iterator[dovecot.Dovecot]:
    """Dovecot with everything it can do."""
    with dovecot.dovecot(certificate) as server:
        yield server


@pytest.fixture(scope="session")
def exim_server(
    certificate: certificates.Certificate, dovecot_server: dovecot.Dovecot
) -> Iterator[exim.Exim]:
    """Exim that delivers into that Dovecot."""
    with exim.exim(certificate, lmtp=dovecot_server.lmtp) as server:
        yield server


@pytest.fixture(scope="session")
def cyrus_server(certificate: certificates.Certificate) -> Iterator[cyrus.Cyrus]:
    """Cyrus, which tells the same things otherwise."""
    with cyrus.cyrus(certificate) as server:
        yield server


@pytest.fixture(scope="session")
def prefixed_server(certificate: certificates.Certificate) -> Iterator[cyrus.Cyrus]:
    """Cyrus as older installations have it: every folder lies below INBOX, after a dot."""
    with cyrus.cyrus(certificate, prefixed=True) as server:
        yield server


@pytest.fixture(scope="session")
def poor_server() -> Iterator[poor.Poor]:
    """A server without any of the newer extensions."""
    with poor.poor() as server:
        yield server


@pytest.fixture
def smtp_sink(certificate: certificates.Certificate) -> Iterator[sink.Sink]:
    """An empty SMTP sink with STARTTLS and sign-in."""
    with sink.sink(certificate) as server:
        yield server


@pytest.fixture
def faulty() -> Iterator[Callable[[int], proxy.Proxy]]:
    """Puts a proxy that can spoil things before a local port."""
    with ExitStack() as stack:
        yield lambda target: stack.enter_context(proxy.proxy(target))


@dataclass
class Box:
    """A fresh mailbox on a Dovecot, with a second, independent client for its owner."""

    server: dovecot.Dovecot
    address: str
    authority: Path

    @property
    def login(self) -> Login:
        return Login(self.address, dovecot.PASSWORD)

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint("localhost", self.server.imaps, Security.TLS)

    @property
    def plain(self) -> Endpoint:
        return Endpoint("localhost", self.server.imap, Security.PLAIN, allow_plain=True)

    def put(self, *mails: bytes, folder: str = "") -> None:
        """Mail arrives."""
        self.server.put(self.address, mails, folder)

    def client(self) -> IMAPClient:
        """What the owner uses elsewhere, signed in."""
        client = IMAPClient("127.0.0.1", self.server.imap, ssl=False, timeout=20)
        client._imap.debug = 0
        client.login(self.address, dovecot.PASSWORD)
        return client


def fresh_box(server: dovecot.Dovecot, certificate: certificates.Certificate) -> Box:
    """A mailbox nobody has used yet."""
    address = f"box{next(_numbers)}-{os.getpid()}@acme.test"
    return Box(server, address, certificate.authority)


@pytest.fixture
def box(dovecot_server: dovecot.Dovecot, certificate: certificates.Certificate) -> Box:
    """An empty mailbox of one's own."""
    return fresh_box(dovecot_server, certificate)


def mail(number: int, *, subject: str = "", body: str = "", size: int = 0) -> bytes:
    """A small, valid mail with a Message-ID of its own."""
    filler = ("x" * 76 + "\r\n") * (size // 78)
    return (
        f"From: Dana <dana{number}@customer.test>\r\nTo: alice@acme.test\r\n"
        f"Subject: {subject or f'Question {number}'}\r\n"
        f"Message-ID: <{number}.question@customer.test>\r\n"
        f"Date: Mon, 02 Nov 2026 10:{number % 60:02d}:00 +0000\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"{body or f'How much is number {number}?'}\r\n{filler}"
    ).encode()
