"""The rows one mail becomes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from crm.workspaces import bulk
from crm.workspaces.tenancy import new_uid
from inbox.actions.threading import Placed, is_bare_reply, subject_key
from inbox.mime import sensitive
from inbox.mime.parsed import Address, Parsed
from inbox.models import Attachment, Folder, Mailbox, Message, MessageBody, Participant
from inbox.models.packed import pack

NOT_WORD = re.compile(r"\W+")

# PostgreSQL refuses a tsvector over 1 MB; this much text stays below it
SEARCHED = 200_000

SEARCH = (
    "setweight(to_tsvector('fio', head), 'A') || setweight(to_tsvector('fio', names), 'B')"
    " || setweight(to_tsvector('fio', own), 'C')"
    " || setweight(to_tsvector('fio', files), 'D')"
)


@dataclass(slots=True)
class Arrival:
    """One mail whose bytes are kept and read; what was sent from here has no ledger entry."""

    entry_id: int | None
    blob_id: int
    raw_size: int
    parsed: Parsed
    role: str
    received_at: datetime
    is_read: bool
    origin: str


@dataclass(slots=True)
class Shaped:
    """An arrival with what its rows need."""

    arrival: Arrival
    placed: Placed
    direction: str
    addresses: set[str]
    pk: int = 0

    @property
    def is_ours(self) -> bool:
        """Whether we sent it: it lies where only we put mail, and not merely says so."""
        return self.direction == Message.Direction.OUT and self.arrival.role not in Folder.DELIVERED


def shape(mailbox: Mailbox, arrival: Arrival) -> Shaped:
    """Which way a mail went, who is on the other side, and where it may belong."""
    parsed, own = arrival.parsed, mailbox.address.lower()
    sender = sender_of(parsed)
    is_out = arrival.role in ("sent", "drafts") or sender == own
    others = {a.address.lower() for _role, a in people(parsed) if a.address} - {own}
    counterpart = next((a.address for a in parsed.to), "") if is_out else sender
    placed = Placed(
        parsed=parsed,
        received_at=arrival.received_at,
        subject_key=subject_key(parsed, counterpart),
        is_bare_reply=is_bare_reply(parsed),
    )
    direction = Message.Direction.OUT if is_out else Message.Direction.IN
    return Shaped(arrival, placed, direction, others)


def sender_of(parsed: Parsed) -> str:
    """The address in From, in small letters; empty where there is none."""
    return parsed.sender.address.lower() if parsed.sender else ""


def people(parsed: Parsed) -> Iterator[tuple[str, Address]]:
    """Everybody on a mail with his role, the sender first."""
    if parsed.sender:
        yield Participant.Role.FROM, parsed.sender
    for role, found in (
        (Participant.Role.REPLY_TO, parsed.reply_to),
        (Participant.Role.TO, parsed.to),
        (Participant.Role.CC, parsed.cc),
        (Participant.Role.BCC, parsed.bcc),
    ):
        for person in found:
            yield role, person


MESSAGE = [
    "id",
    "uid",
    "mailbox_id",
    "thread_id",
    "blob_id",
    "rfc_id",
    "subject",
    "sender_name",
    "sender_address",
    "snippet",
    "sent_at",
    "received_at",
    "direction",
    "kind",
    "origin",
    "quality",
    "defects",
    "is_read",
    "is_bulk",
    "has_html",
    "attachment_count",
    "recipient_count",
    "size",
    "subject_key",
    "is_bare_reply",
    "bounce",
    "sensitive",
    "created_at",
]


def insert(mailbox: Mailbox, items: Sequence[Shaped], at: datetime) -> None:
    """Write messages, bodies, participants and attachments, a statement each."""
    for pk, item in zip(bulk.new_ids(Message, len(items)), items, strict=True):
        item.pk = pk
    bulk.insert(Message, MESSAGE, (_message(mailbox, item, at) for item in items))
    bulk.insert(
        MessageBody,
        ("message_id", "mailbox_id", "received_at", "text", "own_text", "html"),
        (_body(mailbox, item) for item in items),
        staged=("head", "names", "own", "files"),
        computed={"search": SEARCH},
    )
    found = [
        (item.pk, role, position, person.name, person.address.lower())
        for item in items
        for position, (role, person) in enumerate(people(item.arrival.parsed))
    ]
    if found:
        bulk.insert(Participant, ("message_id", "role", "position", "name", "address"), found)
    _files(items)


def _message(mailbox: Mailbox, item: Shaped, at: datetime) -> tuple[Any, ...]:
    arrival, parsed = item.arrival, item.arrival.parsed
    sender = parsed.sender or Address("", "")
    return (
        item.pk,
        new_uid(),
        mailbox.pk,
        item.placed.thread_id,
        arrival.blob_id,
        parsed.message_id or None,
        parsed.subject,
        sender.name,
        sender.address.lower(),
        parsed.snippet,
        parsed.date,
        arrival.received_at,
        str(item.direction),
        parsed.kind,
        str(arrival.origin),
        parsed.quality,
        list(parsed.defects),
        arrival.is_read or item.direction == Message.Direction.OUT,
        parsed.is_bulk,
        parsed.clean_html is not None,
        sum(not part.inline for part in parsed.attachments),
        parsed.recipient_count,
        arrival.raw_size,
        item.placed.subject_key,
        item.placed.is_bare_reply,
        _bounce(parsed),
        sensitive.rule(parsed) if item.direction == Message.Direction.IN else "",
        at,
    )


def _bounce(parsed: Parsed) -> Jsonb | None:
    if parsed.bounce is None:
        return None
    recipients = [
        {
            "address": r.address,
            "status": r.status,
            "action": r.action,
            "reason": r.reason,
            "is_hard": r.is_hard,
            "diagnostic": r.diagnostic[:300],
        }
        for r in parsed.bounce.recipients
    ]
    original = parsed.bounce.original_message_id or None
    told = {"recipients": recipients, "original_message_id": original}
    return Jsonb(told | {"away_until": parsed.bounce.away_until})


def _body(mailbox: Mailbox, item: Shaped) -> tuple[Any, ...]:
    parsed = item.arrival.parsed
    whole = pack(parsed.text)
    return (
        item.pk,
        mailbox.pk,
        item.arrival.received_at,
        whole,
        # Most mails quote nothing
        whole if parsed.reply_text == parsed.text else pack(parsed.reply_text),
        pack(parsed.clean_html or ""),
        parsed.subject,
        _names(parsed),
        parsed.reply_text[:SEARCHED],
        " ".join(part.filename for part in parsed.attachments)[:20_000],
    )


def _names(parsed: Parsed) -> str:
    """Everybody on a mail, addresses also as words, so that a domain is found by its name."""
    found = " ".join(f"{who.name} {who.address}" for _role, who in people(parsed))[:20_000]
    return f"{found} {NOT_WORD.sub(' ', found)}"


def _files(items: Sequence[Shaped]) -> None:
    found = [(item.pk, part) for item in items for part in item.arrival.parsed.attachments]
    if not found:
        return
    bulk.insert(
        Attachment,
        (
            "uid",
            "message_id",
            "part",
            "filename",
            "content_type",
            "size",
            "sha256",
            "cid",
            "is_inline",
        ),
        (
            (
                new_uid(),
                message,
                part.number,
                part.filename,
                part.content_type,
                part.size,
                bytes.fromhex(part.sha256),
                part.cid,
                part.inline,
            )
            for message, part in found
        ),
    )
