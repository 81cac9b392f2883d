"""Mail as it lies in a mailbox, with everything that is kept of it."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import zstandard
from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from inbox.mime import build, parse
from inbox.mime import outgoing as leaving
from inbox.mime.parsed import Address, Parsed
from inbox.models import (
    Attachment,
    Blob,
    Folder,
    LedgerEntry,
    Mailbox,
    MailboxThread,
    Message,
    MessageBody,
    Participant,
    Thread,
)
from tests.make.boxes import folder
from tests.world import NOW

CUSTOMER = "Dana Whitfield <dana@northwind.test>"
_number = count(1)


def raw(
    *,
    subject: str = "Price list",
    sender: str = CUSTOMER,
    to: Sequence[str] = ("alice@acme.test",),
    cc: Sequence[str] = (),
    text: str = "Could you send me the price list?\n",
    html: str = "",
    at: datetime = NOW,
    rfc_id: str = "",
    in_reply_to: str = "",
    files: Sequence[tuple[str, str, bytes]] = (),
) -> bytes:
    """The bytes of a mail, as a server would hold them; files are (name, type, content)."""
    return build.build(
        build.Outline(
            sender=address(sender),
            message_id=rfc_id or new_rfc_id(address(sender).address, at),
            date=at,
            to=[address(each) for each in to],
            cc=[address(each) for each in cc],
            subject=subject,
            text=text,
            html=html,
            in_reply_to=in_reply_to,
            references=[in_reply_to] if in_reply_to else [],
            attachments=[build.Attachment(*each) for each in files],
        )
    )


def new_rfc_id(sender: str, at: datetime = NOW) -> str:
    return leaving.message_id(sender.rpartition("@")[2], at=at)


def address(text: str) -> Address:
    """`Dana <dana@x.test>` or a bare address."""
    name, _open, rest = text.rpartition("<")
    return Address(name.strip(), rest.rstrip(">"))


def blob(data: bytes) -> Blob:
    packed = zstandard.ZstdCompressor().compress(data)
    kept: Blob
    kept, _made = Blob.objects.get_or_create(
        sha256=hashlib.sha256(data).digest(), defaults={"size": len(data), "data": packed}
    )
    return kept


def thread(subject: str = "Price list") -> Thread:
    made: Thread = Thread.objects.create(subject=subject, created_at=NOW)
    return made


def message(
    box: Mailbox,
    *,
    within: Thread | None = None,
    data: bytes | None = None,
    place: str = "INBOX",
    received_at: datetime = NOW,
    visibility: str | None = None,
    **fields: Any,
) -> Message:
    """A mail in a mailbox: bytes, row, body, people, files, ledger entry and list row.

    Fields that a mail itself says (subject, sender, to, text, html, files …) go into its
    bytes; `is_read`, `direction`, `kind`, `origin` and the like go onto its row.
    """
    own = {key: fields.pop(key) for key in list(fields) if hasattr(Message, key)}
    said = {key: own.pop(key) for key in ("subject", "rfc_id") if key in own} | fields
    data = data if data is not None else raw(at=received_at, **said)
    parsed = parse.parse(data)
    within = within or thread(parsed.subject)
    row = _message(box, within, data, parsed, received_at, own)
    _body(row, parsed)
    _people(row, parsed)
    for part in parsed.attachments:
        Attachment.objects.create(
            message=row,
            part=part.number,
            filename=part.filename,
            content_type=part.content_type,
            size=part.size,
            sha256=bytes.fromhex(part.sha256),
            cid=part.cid,
            is_inline=part.inline,
        )
    listed(folder(box, place), message=row, decision="imported", size=len(data))
    entry(row, visibility or box.visibility, parsed)
    return row


def _message(
    box: Mailbox, within: Thread, data: bytes, parsed: Parsed, at: datetime, own: dict[str, Any]
) -> Message:
    sender = parsed.sender or Address("", "")
    known = {
        "direction": "out" if sender.address == box.address else "in",
        "kind": parsed.kind,
        "origin": "live",
        "quality": parsed.quality,
    }
    made: Message = Message.objects.create(
        mailbox=box,
        thread=within,
        blob=blob(data),
        rfc_id=parsed.message_id or None,
        subject=parsed.subject,
        sender_name=sender.name,
        sender_address=sender.address,
        snippet=parsed.snippet,
        sent_at=parsed.date,
        received_at=at,
        has_html=parsed.clean_html is not None,
        attachment_count=sum(not part.inline for part in parsed.attachments),
        recipient_count=parsed.recipient_count,
        size=len(data),
        **(known | own),
    )
    return made


def _body(row: Message, parsed: Parsed) -> None:
    people = [who for who in (parsed.sender, *parsed.to, *parsed.cc) if who is not None]
    names = " ".join(f"{who.name} {who.address}" for who in people)
    said = {"A": parsed.subject, "B": re.sub(r"\W", " ", names), "C": parsed.reply_text}
    vectors = [SearchVector(Value(t), weight=w, config="fio") for w, t in said.items()]
    MessageBody.objects.create(
        message=row,
        mailbox=row.mailbox,
        received_at=row.received_at,
        text=parsed.text,
        own_text=parsed.reply_text,
        html=parsed.clean_html or "",
        search=vectors[0] + vectors[1] + vectors[2],
    )


def _people(row: Message, parsed: Parsed) -> None:
    lists = {
        "from": [parsed.sender] if parsed.sender else [],
        "reply_to": parsed.reply_to,
        "to": parsed.to,
        "cc": parsed.cc,
        "bcc": parsed.bcc,
    }
    everybody = [(role, who) for role, people in lists.items() for who in people]
    Participant.objects.bulk_create(
        Participant(message=row, role=role, position=place, name=who.name, address=who.address)
        for place, (role, who) in enumerate(everybody)
    )


def entry(row: Message, visibility: str, parsed: Parsed) -> MailboxThread:
    """The list row of the message's thread in its mailbox, with this message added."""
    found: MailboxThread
    found, _made = MailboxThread.objects.get_or_create(
        thread=row.thread,
        mailbox=row.mailbox,
        defaults={"visibility": visibility, "last_at": row.received_at, "subject": row.subject},
    )
    found.message_count += 1
    found.unread_count += row.direction == "in" and not row.is_read
    found.has_attachment |= row.attachment_count > 0
    found.has_sent |= row.direction == "out"
    found.people = [*found.people, [row.sender_name, row.sender_address, row.direction == "out"]]
    if row.received_at >= found.last_at:
        found.last_at, found.snippet = row.received_at, row.snippet
        found.last_direction = row.direction
    found.save()
    return found


def listed(place: Folder, *, message: Message | None = None, **fields: Any) -> LedgerEntry:
    """A line of the sync ledger, numbered as the next one of its folder."""
    number = fields.pop("number", LedgerEntry.objects.filter(folder=place).count() + 1)
    fields = {"decision": "pending", "internal_date": NOW, "listed_at": NOW} | fields
    if fields["decision"] != "pending":
        fields.setdefault("decided_at", NOW)
    if message is not None:
        fields.setdefault("blob", message.blob)
    made: LedgerEntry = LedgerEntry.objects.create(
        mailbox=place.mailbox,
        folder=place,
        generation=place.generation,
        number=number,
        message=message,
        **fields,
    )
    return made


def conversation(box: Mailbox, *, subject: str = "Price list", length: int = 3) -> list[Message]:
    """A customer and the mailbox's owner writing to each other, the customer first."""
    within, made = thread(subject), list[Message]()
    for place in range(length):
        ours = place % 2 == 1
        made.append(
            message(
                box,
                within=within,
                subject=subject if place == 0 else f"Re: {subject}",
                sender=box.address if ours else CUSTOMER,
                to=[CUSTOMER if ours else box.address],
                text=f"Part {place + 1} of the conversation about {subject}.\n",
                in_reply_to=made[-1].rfc_id or "" if made else "",
                received_at=NOW + timedelta(hours=place),
                place="Sent" if ours else "INBOX",
            )
        )
    return made
