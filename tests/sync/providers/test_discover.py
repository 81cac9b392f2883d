"""Someone types an address and finds the right servers filled in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest

from sync.providers import discover
from sync.providers.base import Endpoint, Security
from sync.providers.discover import Service, Source
from sync.providers.known import Password


@dataclass
class Zone:
    """A small DNS."""

    srv: dict[str, list[Service]] = field(default_factory=dict)
    mx: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def services(self, name: str) -> Sequence[Service]:
        return self.srv.get(name, [])

    def exchangers(self, domain: str) -> Sequence[str]:
        return self.mx

    def exists(self, host: str) -> bool:
        return host in self.hosts


def test_it_knows_big_providers_and_which_password_they_take() -> None:
    (gmail,) = discover.propose("Alice@GMail.com", Zone())
    assert gmail.imap == Endpoint("imap.gmail.com", 993, Security.TLS)
    assert gmail.smtp == Endpoint("smtp.gmail.com", 465, Security.TLS)
    assert gmail.password is Password.APP and gmail.help_url.startswith("https://")
    assert gmail.username == "Alice@gmail.com"

    (hotmail,) = discover.propose("alice@hotmail.com", Zone())
    assert hotmail.password is Password.NONE and hotmail.provider == "Microsoft 365"

    (uol,) = discover.propose("alice@uol.com.br", Zone())
    assert uol.smtp == Endpoint("smtps.uol.com.br", 587, Security.STARTTLS)


def test_it_recognises_a_company_whose_mail_a_known_provider_runs() -> None:
    for exchanger, provider in (
        ("aspmx.l.google.com", "Gmail"),
        ("acme-com.mail.protection.outlook.com", "Microsoft 365"),
        ("mx1.hostinger.com", "Hostinger"),
        ("mx.core.locaweb.com.br", "Locaweb"),
        ("in1-smtp.messagingengine.com", "Fastmail"),
    ):
        (found,) = discover.propose("alice@acme.test", Zone(mx=[exchanger]))
        assert (found.provider, found.source) == (provider, Source.HOSTED)
    assert discover.propose("a@acme.test", Zone(mx=["evilgoogle.com"]))[0].provider == ""


def test_it_uses_what_a_domain_announces() -> None:
    zone = Zone(
        srv={
            "_imaps._tcp.acme.test": [
                Service(20, 0, 993, "b.acme.test"),
                Service(10, 0, 993, "a.acme.test"),
            ],
            "_submissions._tcp.acme.test": [Service(0, 0, 0, "")],
            "_submission._tcp.acme.test": [Service(0, 1, 587, "smtp.acme.test")],
        }
    )
    (found,) = discover.propose("alice@acme.test", zone)
    assert found.source is Source.ANNOUNCED
    assert found.imap == Endpoint("a.acme.test", 993, Security.TLS)
    assert found.smtp == Endpoint("smtp.acme.test", 587, Security.STARTTLS)


def test_it_guesses_names_that_exist() -> None:
    (guess,) = discover.propose("alice@acme.test", Zone(hosts={"mail.acme.test"}))
    assert guess.imap.host == guess.smtp.host == "mail.acme.test"
    assert guess.source is Source.GUESSED
    (blind,) = discover.propose("alice@acme.test", Zone())
    assert blind.imap.host == "imap.acme.test"


def test_it_proposes_nothing_for_what_is_no_address() -> None:
    for text in ("", "alice", "alice@", "@acme.test", "alice@acme", "a@b c.test"):
        assert discover.propose(text, Zone()) == []
    assert discover.propose("alice@bücher.test", Zone())[0].imap.host == "imap.xn--bcher-kva.test"


@pytest.fixture
def nameserver() -> Iterator[dns.resolver.Resolver]:
    """A real DNS server for acme.test, and a resolver that asks it."""
    zone = {
        ("_imaps._tcp.acme.test.", "SRV"): ["0 1 993 Box.acme.test."],
        ("_submissions._tcp.acme.test.", "SRV"): ["0 1 465 box.acme.test."],
        ("acme.test.", "MX"): ["20 second.test.", "10 First.test."],
        ("box.acme.test.", "A"): ["192.0.2.1"],
    }
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    packet, peer = server.recvfrom(4096)
                except OSError:
                    return
                query = dns.message.from_wire(packet)
                reply = dns.message.make_response(query)
                (question,) = query.question
                kind = dns.rdatatype.to_text(question.rdtype)
                found = zone.get((question.name.to_text().lower(), kind))
                if found:
                    reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
                else:
                    reply.set_rcode(dns.rcode.NXDOMAIN)
                server.sendto(reply.to_wire(), peer)

        threading.Thread(target=serve, daemon=True).start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = server.getsockname()[1]
        yield resolver


def test_it_asks_dns(nameserver: dns.resolver.Resolver) -> None:
    names = discover.SystemNames(nameserver)
    assert names.exchangers("acme.test") == ["first.test", "second.test"]
    assert names.exists("box.acme.test") and not names.exists("other.acme.test")
    (found,) = discover.propose("alice@acme.test", names)
    assert found.imap == Endpoint("box.acme.test", 993, Security.TLS)


def test_it_guesses_where_there_is_no_dns() -> None:
    names = discover.SystemNames(dns.resolver.Resolver(configure=False))
    assert discover.propose("alice@acme.test", names)[0].source is Source.GUESSED
