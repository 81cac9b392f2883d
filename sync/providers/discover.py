"""Proposes server settings for an address, so that people need to type only a password.

In this order: the table of known providers, what the domain announces in DNS (RFC 6186,
RFC 8314), who receives the domain's mail, and at last the usual host names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

import dns.exception
import dns.rdatatype
import dns.resolver

from crm.workspaces import guard
from sync.providers import known
from sync.providers.base import Endpoint, Security
from sync.providers.known import Password, Provider

PATIENCE = 4.0


class Source(StrEnum):
    """Where a proposal comes from, the surest first."""

    KNOWN = "known"
    ANNOUNCED = "announced"
    HOSTED = "hosted"
    GUESSED = "guessed"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Settings to try. `provider` may be empty; `help_url` is where an app password is made."""

    source: Source
    imap: Endpoint
    smtp: Endpoint
    username: str
    provider: str = ""
    password: Password = Password.USUAL
    help_url: str = ""


class Service(NamedTuple):
    """A server announced by SRV."""

    priority: int
    weight: int
    port: int
    host: str


class Names(Protocol):
    """What is asked of DNS; nothing found is an empty answer."""

    def services(self, name: str) -> Sequence[Service]: ...

    def exchangers(self, domain: str) -> Sequence[str]: ...

    def exists(self, host: str) -> bool: ...


class SystemNames:
    """DNS as the machine has it, with a short patience."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver or system()
        self._resolver.lifetime = PATIENCE

    def _ask(self, name: str, kind: str) -> list[str]:
        try:
            return [record.to_text() for record in self._resolver.resolve(name, kind)]
        except (dns.exception.DNSException, UnicodeError):
            return []

    def services(self, name: str) -> Sequence[Service]:
        found = []
        for text in self._ask(name, "SRV"):
            priority, weight, port, host = text.split()
            found.append(Service(int(priority), int(weight), int(port), host.rstrip(".").lower()))
        return found

    def exchangers(self, domain: str) -> Sequence[str]:
        pairs = [text.split() for text in self._ask(domain, "MX")]
        return [host.rstrip(".").lower() for _, host in sorted(pairs, key=lambda p: int(p[0]))]

    def exists(self, host: str) -> bool:
        return bool(self._ask(host, "A") or self._ask(host, "AAAA"))


def system() -> dns.resolver.Resolver:
    """The resolver of this machine; one that finds nothing where it has none."""
    try:
        return dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        # A machine without DNS finds nothing, and the usual names are proposed.
        return dns.resolver.Resolver(configure=False)


def propose(address: str, names: Names | None = None) -> list[Proposal]:
    """Settings for an address, most promising first; empty for what is no address."""
    local, _, domain = address.strip().rpartition("@")
    try:
        domain = guard.normalise(domain)
    except guard.NameFailed:
        return []
    if not local or "." not in domain:
        return []
    address = f"{local}@{domain}"
    provider = known.by_domain(domain)
    if provider:
        return [_of(provider, Source.KNOWN, address)]
    names = names or SystemNames()
    found = _announced(domain, address, names)
    hosted = (known.by_exchanger(host) for host in names.exchangers(domain))
    provider = next((p for p in hosted if p), None)
    if provider:
        found.append(_of(provider, Source.HOSTED, address))
    return found or _guessed(domain, address, names)


def _of(provider: Provider, source: Source, address: str) -> Proposal:
    return Proposal(
        source,
        provider.imap,
        provider.smtp,
        address,
        provider.name,
        provider.password,
        provider.help_url,
    )


def _announced(domain: str, address: str, names: Names) -> list[Proposal]:
    imap = _best(domain, names, ("_imaps", Security.TLS), ("_imap", Security.STARTTLS))
    smtp = _best(domain, names, ("_submissions", Security.TLS), ("_submission", Security.STARTTLS))
    if not imap or not smtp:
        return []
    provider = known.by_exchanger(imap.host)
    if provider:
        return [_of(provider, Source.ANNOUNCED, address)]
    return [Proposal(Source.ANNOUNCED, imap, smtp, address)]


def _best(domain: str, names: Names, *kinds: tuple[str, Security]) -> Endpoint | None:
    for label, security in kinds:
        found = names.services(f"{label}._tcp.{domain}")
        # A lone dot as the host says that the service is not offered (RFC 2782).
        usable = [s for s in found if s.host and s.port]
        if usable:
            first = min(usable, key=lambda s: (s.priority, -s.weight))
            return Endpoint(first.host, first.port, security)
    return None


def _guessed(domain: str, address: str, names: Names) -> list[Proposal]:
    pairs = ((f"imap.{domain}", f"smtp.{domain}"), (f"mail.{domain}", f"mail.{domain}"))
    guesses = [
        Proposal(
            Source.GUESSED,
            Endpoint(imap, 993, Security.TLS),
            Endpoint(smtp if names.exists(smtp) else imap, 465, Security.TLS),
            address,
        )
        for imap, smtp in pairs
        if names.exists(imap)
    ]
    if guesses:
        return guesses
    imap, smtp = pairs[0]
    return [Proposal(Source.GUESSED, Endpoint(imap, 993), Endpoint(smtp, 465), address)]
