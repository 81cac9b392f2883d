"""What users may name as a host must never lead into our own network."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from crm.workspaces import guard
from tests.servers import certificates

INSIDE = """
0.0.0.0 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.8.8.8 169.254.169.254 172.16.0.1
192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1
240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
64:ff9b::a9fe:a9fe 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001:db8::1 2001:10::1 2002:7f00:1::
2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:0:4136:e378:8000:63bf:80ff:fffe 3fff::1 5f00::1
fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 2606:4700::5efe:7f00:1 2606:4700:0:0:200:5efe:a00:1
""".split()
OUTSIDE = """
8.8.8.8 1.1.1.1 151.101.1.140 2606:4700:4700::1111 2a00:1450:4001:830::200e ::ffff:8.8.8.8
64:ff9b::808:808
""".split()


@pytest.mark.parametrize("address", INSIDE)
def test_it_knows_what_is_not_public(address: str) -> None:
    assert not guard.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_it_knows_what_is_public(address: str) -> None:
    assert guard.is_public(ipaddress.ip_address(address))


def policy(*addresses: str, **more: object) -> guard.Policy:
    def resolver(host: str, port: int) -> Sequence[str]:
        return addresses

    return guard.Policy(resolver=resolver, **more)  # type: ignore[arg-type]


def refused(host: str, port: int, given: guard.Policy, purpose: guard.Purpose = "imap") -> None:
    with pytest.raises(guard.GuardRefused):
        guard.connect(host, port, purpose=purpose, policy=given, timeout=2)


def test_f92_it_refuses_a_name_with_one_inside_address_among_good_ones() -> None:
    refused("mail.evil.test", 993, policy("8.8.8.8", "10.0.0.1"))
    refused("mail.evil.test", 993, policy("::ffff:127.0.0.1"))
    refused("mail.evil.test", 993, policy("not an address"))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "::1", "169.254.169.254"])
def test_it_refuses_literal_addresses_without_asking_dns(host: str) -> None:
    refused(host, 993, policy())


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost."])
def test_it_refuses_other_spellings_of_this_machine(host: str) -> None:
    refused(host, 993, guard.Policy())


@pytest.mark.parametrize("host", ["", "-a.test", "a..test", "a b.test", "a/b", "a@b", "x" * 64])
def test_it_refuses_what_is_no_host_name(host: str) -> None:
    with pytest.raises(guard.NameFailed):
        guard.connect(host, 993, purpose="imap", policy=policy("8.8.8.8"), timeout=2)


def test_it_writes_names_as_dns_does() -> None:
    assert guard.normalise(" Mail.Bücher.Test. ") == "mail.xn--bcher-kva.test"
    assert guard.normalise("[2001:4860:4860:0::8888]") == "2001:4860:4860::8888"


@pytest.mark.parametrize(
    ("purpose", "port"),
    [("imap", 22), ("imap", 465), ("smtp", 25), ("smtp", 993), ("webhook", 6379), ("image", 22)],
)
def test_it_keeps_to_the_ports_of_the_purpose(purpose: guard.Purpose, port: int) -> None:
    refused("mail.test", port, policy("8.8.8.8"), purpose)


@pytest.fixture
def echo() -> Iterator[int]:
    """Something that listens on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_f92_it_connects_to_the_address_it_checked(echo: int) -> None:
    asked: list[str] = []

    def resolver(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    given = guard.Policy(allow_private=True, resolver=resolver)
    with guard.connect("Mail.Test.", echo, purpose="imap", policy=given, timeout=2) as sock:
        assert sock.getpeername() == ("127.0.0.1", echo)
    assert asked == ["mail.test"]


def test_it_lets_through_exact_exceptions_only(echo: int) -> None:
    given = policy("127.0.0.1", allow=frozenset({("demo.test", echo)}))
    guard.connect("Demo.test", echo, purpose="imap", policy=given, timeout=2).close()
    refused("demo.test", echo + 1, given)
    refused("other.test", echo, given)


def test_it_refuses_cloud_metadata_even_where_private_hosts_are_allowed() -> None:
    refused("169.254.169.254", 80, policy(allow_private=True), "webhook")
    refused("meta.test", 80, policy("64:ff9b::a9fe:a9fe", allow_private=True), "webhook")


def test_it_asks_before_connecting(echo: int) -> None:
    class InTransaction(Exception):
        pass

    def forbid() -> None:
        raise InTransaction

    given = policy("127.0.0.1", allow_private=True, before_connect=forbid)
    with pytest.raises(InTransaction):
        guard.connect("mail.test", echo, purpose="imap", policy=given, timeout=2)


def test_it_says_coarsely_what_went_wrong(echo: int) -> None:
    def nothing(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror

    with pytest.raises(guard.NameFailed):
        guard.connect(
            "a.test", 993, purpose="imap", policy=guard.Policy(resolver=nothing), timeout=2
        )
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    local = policy("127.0.0.1", allow_private=True)
    with pytest.raises(guard.ConnectFailed):
        guard.connect("a.test", port, purpose="imap", policy=local, timeout=2)


def test_it_gives_up_on_a_resolver_that_does_not_answer() -> None:
    def sleepy(host: str, port: int) -> Sequence[str]:
        time.sleep(30)
        return []

    with pytest.raises(guard.TimedOut):
        guard.connect(
            "a.test", 993, purpose="imap", policy=guard.Policy(resolver=sleepy), timeout=0.2
        )


@pytest.mark.parametrize(
    ("names", "days", "trusted", "why"),
    [
        (("localhost",), 30, True, None),
        (("other.test",), 30, True, "name"),
        (("localhost",), -1, True, "expired"),
        (("localhost",), 30, False, "untrusted"),
    ],
)
def test_it_verifies_certificates(
    tmp_path_factory: pytest.TempPathFactory,
    tls_server: Callable[[certificates.Certificate], int],
    names: tuple[str, ...],
    days: int,
    trusted: bool,
    why: str | None,
) -> None:
    certificate = certificates.issue(tmp_path_factory.mktemp("c"), names=names, days=days)
    port = tls_server(certificate)
    given = policy(
        "127.0.0.1", allow_private=True, cafile=str(certificate.authority) if trusted else None
    )
    sock = guard.connect("localhost", port, purpose="imap", policy=given, timeout=5)
    if why:
        with pytest.raises(guard.CertificateRefused) as refused:
            guard.wrap(sock, "localhost", policy=given)
        assert refused.value.why == why
        assert sock.fileno() == -1
    else:
        secured = guard.wrap(sock, "localhost", policy=given)
        assert (secured.version() or "") >= "TLSv1.2"
        secured.close()


def test_it_refuses_what_speaks_no_tls(echo: int) -> None:
    given = policy("127.0.0.1", allow_private=True)
    sock = guard.connect("localhost", echo, purpose="imap", policy=given, timeout=0.3)
    with pytest.raises(guard.GuardError):
        guard.wrap(sock, "localhost", policy=given)


@pytest.fixture
def tls_server() -> Iterator[Callable[[certificates.Certificate], int]]:
    """Starts listeners that complete TLS handshakes."""
    servers: list[socket.socket] = []

    def start(certificate: certificates.Certificate) -> int:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.cert, certificate.key)
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            try:
                with context.wrap_socket(server.accept()[0], server_side=True) as sock:
                    sock.recv(1)
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        return int(server.getsockname()[1])

    yield start
    for server in servers:
        server.close()
