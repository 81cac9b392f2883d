"""What DNS says about who may send in a domain's name, and what to do about it."""

import time
from typing import Any

import dns.resolver
import pytest

from sync.providers import domain
from sync.providers.domain import Unanswered, Verdict


class Zone:
    """A small DNS; a name below another one makes that one stand."""

    def __init__(self, records: dict[str, list[str]]) -> None:
        self.records = records

    def texts(self, name: str) -> list[str]:
        return self.records.get(name, [])

    def stands(self, name: str) -> bool:
        return any(known == name or known.endswith(f".{name}") for known in self.records)


class Flat(Zone):
    """A name server that forgets what lies between its names."""

    def stands(self, name: str) -> bool:
        return name in self.records


GOOD = {
    "acme.test": ["google-site-verification=1", "v=spf1 include:_spf.acme.test -all"],
    "_dmarc.acme.test": ["v=DMARC1; p=Quarantine; rua=mailto:x@acme.test"],
    "selector1._domainkey.acme.test": ["v=DKIM1; k=rsa; p=MIIB"],
}


@pytest.mark.parametrize("zone", [Zone, Flat])
def test_it_finds_all_three(zone: type[Zone]) -> None:
    assert set(domain.check("alice@Acme.test", zone(GOOD)).values()) == {"good"}
    below = domain.check("alice@mail.acme.test", zone(GOOD))
    assert below == {"spf": "missing", "dmarc": "good", "dkim": "missing"}


@pytest.mark.parametrize(
    ("changed", "kind", "verdict"),
    [
        ({"acme.test": ["v=spf10 -all"]}, "spf", Verdict.MISSING),
        ({"acme.test": ["v=spf1 -all", "v=spf1 ~all"]}, "spf", Verdict.TWICE),
        ({"acme.test": ["v=spf1 +all"]}, "spf", Verdict.OPEN),
        ({"_dmarc.acme.test": ["v=DMARC1; p=none; sp=reject"]}, "dmarc", Verdict.WATCHES),
        ({"_dmarc.acme.test": ["v=DMARC1; p=none", "v=DMARC1"]}, "dmarc", Verdict.TWICE),
        ({"_dmarc.acme.test": ["hello"]}, "dmarc", Verdict.MISSING),
        ({"selector1._domainkey.acme.test": []}, "dkim", Verdict.MISSING),
    ],
)
def test_it_says_what_is_wrong(changed: dict[str, list[str]], kind: str, verdict: str) -> None:
    assert domain.check("alice@acme.test", Flat(GOOD | changed))[kind] == verdict


def test_it_knows_nothing_where_dns_does_not_answer() -> None:
    nowhere = domain.SystemTexts(dns.resolver.Resolver(configure=False))
    with pytest.raises(Unanswered):
        nowhere.texts("acme.test")
    assert set(domain.check("alice@acme.test", nowhere).values()) == {"unchecked"}
    assert set(domain.check("alice@a b", nowhere).values()) == {"unchecked"}


class Late(dns.resolver.Resolver):
    """Name servers that take nearly all the time they are given."""

    def __init__(self) -> None:
        super().__init__(configure=False)
        self.given: list[float] = []

    def resolve(self, *_args: Any, **kwargs: Any) -> dns.resolver.Answer:
        self.given.append(kwargs["lifetime"])
        raise dns.resolver.NXDOMAIN


def test_it_waits_for_slow_name_servers_once(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Late()
    clock = iter(range(0, 1000, 2))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    found = domain.check("alice@acme.test", domain.SystemTexts(slow))
    assert found["spf"] == "missing" and found["dkim"] == "unchecked"
    assert slow.given == [2.0, 2.0]


def test_it_looks_for_a_policy_only_so_far_up() -> None:
    asked: list[str] = []

    class Long(Zone):
        def texts(self, name: str) -> list[str]:
            asked.append(name)
            return super().texts(name)

    long = ".".join(["a"] * 100)
    assert domain.check(f"alice@{long}.acme.test", Long(GOOD))["dmarc"] == "good"
    assert len([name for name in asked if name.startswith("_dmarc.")]) < 10
