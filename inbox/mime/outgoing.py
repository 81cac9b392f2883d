"""Ids and subjects of mail that leaves."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from inbox.mime import thread

REFERENCES = 100
DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def message_id(domain: str, *, at: datetime) -> str:
    """Return a new bare id: a UUIDv7 of `at` in hex (RFC 9562 §5.7), random letters, the domain."""
    if not DOMAIN.fullmatch(domain):
        domain = "localhost"
    stamp = int(at.timestamp() * 1000) & (2**48 - 1)
    high = 0x7000 | secrets.randbits(12)
    low = 0x8000000000000000 | secrets.randbits(62)
    return f"{stamp:012x}{high:04x}{low:016x}.{secrets.token_hex(4)}@{domain.lower()}"


def references(parent_id: str, parent_references: Sequence[str]) -> tuple[str, ...]:
    """Return the References of an answer (RFC 5322 §3.6.4): the chain, then the parent, bounded."""
    chain = [each for each in dict.fromkeys(parent_references) if each and each != parent_id]
    if parent_id:
        chain.append(parent_id)
    return tuple(chain if len(chain) <= REFERENCES else [chain[0], *chain[-(REFERENCES - 1) :]])


def reply_subject(subject: str) -> str:
    """Return the subject of an answer; one "Re:" is enough, in any language."""
    subject = " ".join(subject.split())
    return subject if thread.begins_with_reply(subject) else f"Re: {subject}".strip()


def forward_subject(subject: str) -> str:
    """Return the subject of a forwarded mail."""
    subject = " ".join(subject.split())
    return subject if thread.begins_with_forward(subject) else f"Fwd: {subject}".strip()
