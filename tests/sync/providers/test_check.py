"""Connecting a mailbox: whichever step fails is named, with what to do about it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from crm.workspaces import guard
from sync.providers import check
from sync.providers.base import Endpoint, Login, Role, Security
from tests.servers import certificates, dovecot
from tests.servers.exim import Exim
from tests.servers.fixtures import Box
from tests.servers.proxy import Proxy


def failing(report: check.Report) -> tuple[str, str]:
    failed = report.failed
    assert failed is not None and failed.text is not None
    assert failed.text.what and failed.text.remedy
    return failed.name, failed.code


def test_it_passes_when_all_is_well(box: Box, exim_server: Exim, policy: guard.Policy) -> None:
    reading = check.check_reading(box.endpoint, box.login, policy=policy)
    assert reading.ok and len(reading.steps) == 5
    assert {folder.role for folder in reading.folders} >= {Role.INBOX, Role.SENT, Role.TRASH}

    starttls = Endpoint("localhost", box.server.imap, Security.STARTTLS)
    assert check.check_reading(starttls, box.login, policy=policy).ok

    smtp = Endpoint("localhost", exim_server.port, Security.STARTTLS)
    assert check.check_sending(smtp, box.login, box.address, policy=policy).ok
    tls = Endpoint("localhost", exim_server.tls_port, Security.TLS)
    assert check.check_sending(tls, box.login, box.address, policy=policy).ok


def test_it_names_a_wrong_password(box: Box, exim_server: Exim, policy: guard.Policy) -> None:
    wrong = Login(box.address, "wrong")
    reading = check.check_reading(box.endpoint, wrong, policy=policy)
    assert failing(reading) == ("imap.sign_in", "auth.refused")
    assert [step.ok for step in reading.steps] == [True, True, True, False, None]

    smtp = Endpoint("localhost", exim_server.port, Security.STARTTLS)
    sending = check.check_sending(smtp, wrong, box.address, policy=policy)
    assert failing(sending) == ("smtp.sign_in", "auth.refused")


def test_it_names_a_wrong_host_port_and_protection(box: Box, policy: guard.Policy) -> None:
    def tried(endpoint: Endpoint, given: guard.Policy = policy) -> tuple[str, str]:
        return failing(check.check_reading(endpoint, box.login, policy=given))

    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    unknown = replace(policy, resolver=_nothing)
    assert tried(Endpoint("mail.nowhere.test", 993), unknown) == ("imap.name", "name.failed")
    assert tried(Endpoint("localhost", free)) == ("imap.connect", "connect.failed")
    assert tried(Endpoint("localhost", box.server.imap)) == ("imap.tls", "tls.failed")
    plain = Endpoint("localhost", box.server.imap, Security.PLAIN)
    assert tried(plain) == ("imap.tls", "tls.required")
    assert tried(box.endpoint, guard.Policy()) == ("imap.name", "host.refused")


def test_f92_it_names_a_bad_certificate(box: Box, policy: guard.Policy) -> None:
    untrusting = guard.Policy(allow_private=True)
    report = check.check_reading(box.endpoint, box.login, policy=untrusting)
    assert failing(report) == ("imap.tls", "tls.untrusted")
    elsewhere = replace(policy, resolver=_here)
    other = Endpoint("mail.acme.test", box.server.imaps)
    report = check.check_reading(other, box.login, policy=elsewhere)
    assert failing(report) == ("imap.tls", "tls.certificate")


def test_f92_it_does_not_send_a_password_where_starttls_was_stripped(
    box: Box, policy: guard.Policy, faulty: Callable[[int], Proxy]
) -> None:
    proxy = faulty(box.server.imap)
    proxy.drop_text = b"STARTTLS"
    endpoint = Endpoint("localhost", proxy.port, Security.STARTTLS)
    report = check.check_reading(endpoint, box.login, policy=policy)
    assert failing(report) == ("imap.tls", "tls.stripped")


def test_it_names_what_is_no_mail_server(
    talker: Callable[[bytes], int], policy: guard.Policy, box: Box
) -> None:
    port = talker(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    plain = Endpoint("localhost", port, Security.PLAIN, allow_plain=True)
    report = check.check_reading(plain, box.login, policy=policy)
    assert failing(report) == ("imap.connect", "protocol.unexpected")
    report = check.check_sending(plain, box.login, box.address, policy=policy)
    assert failing(report) == ("smtp.connect", "protocol.unexpected")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (b"NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", "auth.refused"),
        (b"NO [ALERT] Application-specific password required", "auth.app_password"),
        (b"NO [WEBALERT https://x] Web login required.", "auth.web_login"),
        (b"NO LOGIN failed. BasicAuthBlocked", "auth.no_passwords"),
        (b"NO [AUTHENTICATIONFAILED] IMAP access is disabled for your domain", "auth.disabled"),
        (b"NO [ALERT] Too many simultaneous connections. (Failure)", "server.limit"),
        (b"NO [UNAVAILABLE] Temporary authentication failure", "server.busy"),
    ],
)
def test_f83_it_tells_apart_why_a_sign_in_fails(
    talker: Callable[[bytes], int], policy: guard.Policy, words: bytes, code: str
) -> None:
    script = b"* OK [CAPABILITY IMAP4rev1] hi\r\nf1 " + words + b"\r\n"
    endpoint = Endpoint("localhost", talker(script), Security.PLAIN, allow_plain=True)
    report = check.check_reading(endpoint, Login("alice", "secret"), policy=policy)
    assert failing(report) == ("imap.sign_in", code)
    assert report.failed and "secret" not in report.failed.raw


def test_f82_it_calls_too_many_connections_a_pause(
    certificate: certificates.Certificate, policy: guard.Policy
) -> None:
    with dovecot.dovecot(certificate, connections=1) as server:
        box = Box(server, "busy@acme.test", certificate.authority)
        first = box.client()
        report = check.check_reading(box.endpoint, box.login, policy=policy)
        assert failing(report) == ("imap.sign_in", "server.limit")
        first.logout()
        assert check.check_reading(box.endpoint, box.login, policy=policy).ok


def _nothing(host: str, port: int) -> list[str]:
    raise socket.gaierror


def _here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture
def talker() -> Iterator[Callable[[bytes], int]]:
    """Starts listeners that say one thing to whoever comes."""
    servers: list[socket.socket] = []

    def start(words: bytes) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            try:
                while True:
                    sock, _ = server.accept()
                    sock.sendall(words)
                    sock.recv(1000)
                    sock.close()
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        return int(server.getsockname()[1])

    yield start
    for server in servers:
        server.close()
