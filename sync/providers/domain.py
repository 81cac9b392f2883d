"""What a domain says about who may send in its name: SPF, DKIM and DMARC.

RFC 7208 (SPF), RFC 6376 (DKIM), RFC 7489 (DMARC). A DKIM key is found under a name the
sender chose; the usual ones are tried where the domain does not say that it has any.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import dns.exception
import dns.rdatatype
import dns.resolver

from crm.workspaces import guard
from sync.providers import discover

# Seconds for one answer and for all of them: whose name servers these are nobody knows
PATIENCE, ALTOGETHER = 2.0, 6.0
# So far up is a policy looked for
ABOVE = 5
SELECTORS = ("google", "selector1", "selector2", "default", "dkim", "mail", "k1", "s1", "fm1")


class Verdict(StrEnum):
    """How one of the three stands."""

    GOOD = "good"
    MISSING = "missing"
    TWICE = "twice"  # two records cancel each other out
    OPEN = "open"  # SPF that lets everybody send
    WATCHES = "watches"  # DMARC that asks for nothing
    UNCHECKED = "unchecked"


class Unanswered(Exception):
    """DNS could not be asked, so nothing is known."""


class Texts(Protocol):
    """What is asked of DNS; both raise Unanswered."""

    def texts(self, name: str) -> Sequence[str]:
        """The TXT records of a name, none for a name without any."""
        ...

    def stands(self, name: str) -> bool:
        """Whether the name, or one below it, is there at all (RFC 8020)."""
        ...


class SystemTexts:
    """DNS as the machine has it, with a short patience."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver or discover.system()
        self._end = time.monotonic() + ALTOGETHER

    def texts(self, name: str) -> Sequence[str]:
        try:
            found = self._ask(name)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, UnicodeError) as error:
            raise Unanswered(name) from error
        return [b"".join(record.strings).decode("utf-8", "replace") for record in found]

    def stands(self, name: str) -> bool:
        try:
            self._ask(name)
        except dns.resolver.NXDOMAIN:
            return False
        except dns.resolver.NoAnswer:
            return True
        except (dns.exception.DNSException, UnicodeError) as error:
            raise Unanswered(name) from error
        return True

    def _ask(self, name: str) -> dns.resolver.Answer:
        left = self._end - time.monotonic()
        if left <= 0:
            raise Unanswered(name)
        return self._resolver.resolve(name, dns.rdatatype.TXT, lifetime=min(PATIENCE, left))


def check(address: str, names: Texts | None = None) -> dict[str, str]:
    """The verdicts on the address's domain by "spf", "dkim" and "dmarc"; never raises."""
    found = dict.fromkeys(("spf", "dkim", "dmarc"), str(Verdict.UNCHECKED))
    try:
        domain = guard.normalise(address.rpartition("@")[2])
        names = names or SystemTexts()
        found["spf"] = str(_spf(domain, names))
        found["dmarc"] = str(_dmarc(domain, names))
        found["dkim"] = str(_dkim(domain, names))
    except (guard.NameFailed, Unanswered):
        pass
    return found


def _spf(domain: str, names: Texts) -> Verdict:
    records = [text.lower() for text in names.texts(domain)]
    records = [text for text in records if text == "v=spf1" or text.startswith("v=spf1 ")]
    if len(records) != 1:
        return Verdict.TWICE if records else Verdict.MISSING
    return Verdict.OPEN if {"+all", "all"} & set(records[0].split()) else Verdict.GOOD


def _dmarc(domain: str, names: Texts) -> Verdict:
    """The domain's own policy, else that of the domain above it."""
    labels = domain.split(".")
    below = max(1, len(labels) - 1)
    for place in (0, *range(max(1, below - ABOVE), below)):
        above = ".".join(labels[place:])
        records = [t for t in names.texts(f"_dmarc.{above}") if t.lower().startswith("v=dmarc1")]
        if len(records) > 1:
            return Verdict.TWICE
        if records:
            tags = {t.strip().lower().replace(" ", "") for t in records[0].split(";")}
            asks = {"p=quarantine", "p=reject"} & tags
            return Verdict.GOOD if asks else Verdict.WATCHES
    return Verdict.MISSING


def _dkim(domain: str, names: Texts) -> Verdict:
    if names.stands(f"_domainkey.{domain}"):
        return Verdict.GOOD
    for selector in SELECTORS:
        if any("p=" in text for text in names.texts(f"{selector}._domainkey.{domain}")):
            return Verdict.GOOD
    return Verdict.MISSING
