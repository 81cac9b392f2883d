"""The one way to reach a host that a user named.

The name is resolved once, every address it has must be public, and the socket is opened to
the address that was checked, so a second DNS answer cannot lead elsewhere. Errors are coarse
on purpose: what a user learns must not map our own network.
"""

from __future__ import annotations

import functools
import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import idna

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Purpose: TypeAlias = Literal["imap", "smtp", "webhook", "image"]
Resolver: TypeAlias = Callable[[str, int], Sequence[str]]

PORTS: dict[Purpose, frozenset[int]] = {
    "imap": frozenset({143, 993}),
    # 25 is for servers among themselves; offering it would make us a relay for spam.
    "smtp": frozenset({465, 587}),
    "webhook": frozenset({80, 443, 8443}),
    "image": frozenset({80, 443, 8443}),
}

# Beyond what ipaddress calls private: ranges it lets through as "global" in some versions.
_DENIED_4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    )
)  # fmt: skip
_UNICAST_6 = ipaddress.IPv6Network("2000::/3")
_DENIED_6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")


class GuardError(Exception):
    """No connection was made."""


class GuardRefused(GuardError):
    """This host or port is not one we connect to."""


class NameFailed(GuardError):
    """The name has no address."""


class ConnectFailed(GuardError):
    """Nothing listens there, or it is not reachable."""


class TimedOut(GuardError):
    """The time for the whole attempt ran out."""


class TlsFailed(GuardError):
    """The other side does not speak TLS as we require it."""


class CertificateRefused(TlsFailed):
    """The certificate is not valid: `why` is "name", "expired" or "untrusted"."""

    def __init__(self, raw: str, why: str) -> None:
        super().__init__(raw)
        self.why = why


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a name, by the operating system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be reached: `allow` are exact (host, port) exceptions to every rule.

    `before_connect` runs first and may raise, as inside a database transaction.
    `cafile` adds one certificate authority to those of the system. `reached` hears of "name"
    once the name is resolved and allowed, and of "connect" once a socket is open.
    """

    allow_private: bool = False
    allow: frozenset[tuple[str, int]] = frozenset()
    before_connect: Callable[[], None] | None = None
    resolver: Resolver = resolve
    cafile: str | None = None
    reached: Callable[[str], None] | None = None


def normalise(host: str) -> str:
    """A host name as DNS knows it: lower case, IDNA, without the trailing dot."""
    name = host.strip().removesuffix(".")
    try:
        return str(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        pass
    try:
        name = name.lower() if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise NameFailed("not a host name") from error
    if len(name) > 253 or not _HOST.fullmatch(name):
        raise NameFailed("not a host name")
    return name


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address a tunnel or translator would deliver to."""
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    isatap = (int(address) >> 32) & 0xFFFFFFFF in (0x00005EFE, 0x02005EFE)
    if address in _NAT64 or isatap or (address in _COMPATIBLE and int(address) > 0xFFFF):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, tunnels and mappings seen through."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = _inside(address)
        if inside is not None:
            return is_public(inside)
        if address not in _UNICAST_6 or any(address in network for network in _DENIED_6):
            return False
    elif any(address in network for network in _DENIED_4):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _is_local(address: Address) -> bool:
    """Whether a private host may have it: cloud metadata lives in link-local, so not that."""
    if isinstance(address, ipaddress.IPv6Address):
        address = _inside(address) or address
    return not (address.is_link_local or address.is_multicast or address.is_unspecified)


def _lookup(host: str, port: int, policy: Policy, deadline: float) -> Sequence[str]:
    """Resolve within the deadline; the system's resolver has no time limit of its own."""
    answer: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(policy.resolver(host, port))
        except (OSError, UnicodeError) as error:
            answer.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=ask, name="guard-resolve", daemon=True).start()
    try:
        found = answer.get(timeout=max(0.001, deadline - time.monotonic()))
    except queue.Empty:
        raise TimedOut("name") from None
    if isinstance(found, OSError) or not found:
        raise NameFailed("no address")
    return found


def _addresses(
    host: str, port: int, purpose: Purpose, policy: Policy, deadline: float
) -> list[str]:
    """The addresses that may be dialled; one forbidden address forbids the name."""
    excepted = (host, port) in policy.allow
    if not (excepted or policy.allow_private or port in PORTS[purpose]):
        raise GuardRefused("port")
    found = [host] if _is_literal(host) else _lookup(host, port, policy, deadline)
    for text in found:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            raise GuardRefused("address") from None
        allowed = excepted or is_public(address) or (policy.allow_private and _is_local(address))
        if not allowed:
            raise GuardRefused("address")
    return list(found)


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def connect(
    host: str, port: int, *, purpose: Purpose, policy: Policy, timeout: float
) -> socket.socket:
    """A connected socket, within `timeout` seconds overall; raises one of the errors above.

    The socket keeps `timeout` for its reads and probes a silent peer after a minute.
    """
    if policy.before_connect:
        policy.before_connect()
    deadline = time.monotonic() + timeout
    failure: GuardError = ConnectFailed("nothing there")
    addresses = _addresses(normalise(host), port, purpose, policy, deadline)
    if policy.reached:
        policy.reached("name")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimedOut("connect")
        try:
            sock = socket.create_connection((address, port), timeout=left)
        except TimeoutError:
            failure = TimedOut("connect")
        except OSError:
            failure = ConnectFailed("nothing there")
        else:
            keep_alive(sock)
            sock.settimeout(timeout)
            if policy.reached:
                policy.reached("connect")
            return sock
    raise failure


def keep_alive(sock: socket.socket) -> None:
    """Have the kernel notice a peer that went away without a word."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for name, value in (
        ("TCP_KEEPIDLE", 60),
        ("TCP_KEEPINTVL", 20),
        ("TCP_KEEPCNT", 3),
    ):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


# X509_V_ERR_*: not yet or no longer valid, and another host or address; the rest is the chain
_REFUSED = {9: "expired", 10: "expired", 62: "name", 64: "name"}


@functools.cache
def _context(cafile: str | None) -> ssl.SSLContext:
    # Reading the system's authorities takes milliseconds, so one context serves all.
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if cafile:
        context.load_verify_locations(cafile=cafile)
    return context


def wrap(sock: socket.socket, host: str, *, policy: Policy) -> ssl.SSLSocket:
    """TLS 1.2 or newer over a connected socket, certificate and name verified for `host`.

    Closes the socket when it raises CertificateRefused, TlsFailed or TimedOut.
    """
    try:
        return _context(policy.cafile).wrap_socket(sock, server_hostname=normalise(host))
    except ssl.SSLCertVerificationError as error:
        sock.close()
        why = _REFUSED.get(error.verify_code, "untrusted")
        raise CertificateRefused(error.verify_message, why) from error
    except TimeoutError as error:
        sock.close()
        raise TimedOut("tls") from error
    except (ssl.SSLError, OSError) as error:
        sock.close()
        raise TlsFailed("handshake") from error
