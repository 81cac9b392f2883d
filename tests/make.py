"""Rows for stories, made directly: plain functions, each with a sensible default for all.

Call them inside `world.opened()`. What mail looks like when it comes in by itself is
told by the stories of the engine, not here.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import zstandard
from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from crm.contacts.models import Organization, Person, PersonEmail
from crm.deals.models import Currency, Deal, LostReason, Pipeline, Stage, Stay
from crm.leads.models import Lead
from crm.projects.models import Board, Phase, Project, Task, Template
from crm.timeline.actions.activities import Due
from crm.timeline.actions.telling import prepare
from crm.timeline.actions.types import prepare_types
from crm.timeline.models import Activity, ActivityAbout
from crm.workspaces import sealing
from crm.workspaces.models import Membership, Team, TeamMember
from inbox.mime import build, parse
from inbox.mime import outgoing as leaving
from inbox.mime.parsed import Address, Parsed
from inbox.models import (
    Attachment,
    Blob,
    Block,
    Comment,
    Draft,
    Folder,
    LedgerEntry,
    Mailbox,
    MailboxMember,
    MailboxThread,
    MailLabel,
    Message,
    MessageBody,
    Outgoing,
    Participant,
    Suppression,
    Thread,
    ThreadLink,
    Upload,
)
from inbox.models import Template as MailTemplate
from sync.models import Connection, Schedule
from tests.world import NOW

CUSTOMER = "Dana Whitfield <dana@northwind.test>"
_number = count(1)


def mailbox(owner: Membership | None, address: str | None = None, **fields: Any) -> Mailbox:
    """A connected mailbox; without an owner it is a team's."""
    fields = {"state": Mailbox.State.ACTIVE, "last_ok_at": NOW, "complete_until": NOW} | fields
    if owner is None:
        fields.setdefault("kind", Mailbox.Kind.TEAM)
    else:
        address = address or owner.email
    address = address or f"team{next(_number)}@acme.test"
    made: Mailbox = Mailbox.objects.create(owner=owner, address=address, created_at=NOW, **fields)
    return made


def team_mailbox(*members: Membership, address: str = "sales@acme.test", **fields: Any) -> Mailbox:
    box = mailbox(None, address, **({"visibility": "team"} | fields))
    for member in members:
        MailboxMember.objects.create(mailbox=box, member=member)
    return box


def team(name: str = "Sales", *members: Membership) -> Team:
    row: Team = Team.objects.create(name=name)
    for member in members:
        TeamMember.objects.create(team=row, member=member)
    return row


def connection(box: Mailbox, *, password: str = "the mail password", **fields: Any) -> Connection:
    """Where a mailbox is reached, with its lanes."""
    servers = {"imap_host": "127.0.0.1", "smtp_host": "127.0.0.1", "username": box.address}
    row = Connection(mailbox=box, **(servers | fields))
    sealing.seal(row, "password", password)
    row.save()
    for lane in Schedule.Lane.values:
        Schedule.objects.get_or_create(mailbox=box, lane=lane, defaults={"due_at": NOW})
    return row


def folder(box: Mailbox, name: str = "INBOX", **fields: Any) -> Folder:
    """The mailbox's folder of this name, made if it is not there."""
    roles = {"INBOX": "inbox", "Sent": "sent", "Trash": "trash", "Archive": "archive"}
    usual = {"display": name, "delimiter": "/", "generation": 1, "role": roles.get(name, "other")}
    found: Folder
    found, _made = Folder.objects.get_or_create(mailbox=box, name=name, defaults=usual | fields)
    return found


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


def person(name: str = "Dana Whitfield", *addresses: str, **fields: Any) -> Person:
    row: Person = Person.objects.create(name=name, created_at=NOW, updated_at=NOW, **fields)
    PersonEmail.objects.bulk_create(
        PersonEmail(person=row, address=each.lower(), is_primary=place == 0)
        for place, each in enumerate(addresses)
    )
    row.prepare()
    row.save()
    return row


def organization(name: str = "Northwind", **fields: Any) -> Organization:
    row = Organization(name=name, created_at=NOW, updated_at=NOW, **fields)
    row.prepare()
    row.save()
    return row


def pipeline(name: str = "New business", *stages: str, **fields: Any) -> list[Stage]:
    """A pipeline's stages, each likelier to be won than the one before."""
    row = Pipeline.objects.create(name=name)
    names = stages or ("Qualified", "Pilot", "Contract")
    return [
        Stage.objects.create(
            pipeline=row, name=each, position=place, probability=20 + 35 * place, **fields
        )
        for place, each in enumerate(names)
    ]


def deal(stage: Stage, name: str = "Brightmoor, 14 depots", **fields: Any) -> Deal:
    fields = {"value": 100, "currency": "EUR", "stage_since": NOW, "created_at": NOW,
              "updated_at": NOW} | fields  # fmt: skip
    row = Deal(name=name, stage=stage, pipeline=stage.pipeline, **fields)
    row.prepare()
    row.save()
    Stay.objects.create(deal=row, stage=stage, entered_at=row.stage_since)
    return row


def activity(subject: str = "Call Owen", *about: Any, due: Any = None, **fields: Any) -> Activity:
    """Something to be done about these records; `due` is a day, or a moment."""
    when = Due(at=due) if isinstance(due, datetime) else Due(on=due)
    kind = fields.pop("type", None) or prepare_types()[0]
    row = Activity(type=kind, subject=subject, **when.columns(), **fields)
    prepare(row)
    row.save()
    for record in about:
        ActivityAbout.objects.create(of=row, kind=record._meta.model_name, object_id=record.pk)
    return row


def lead(name: str = "Fridges for three clinics", **fields: Any) -> Lead:
    row = Lead(name=name, **{"currency": "EUR", "created_at": NOW, "updated_at": NOW} | fields)
    row.prepare()
    row.save()
    return row


def board(name: str = "Delivery", *phases: str) -> list[Phase]:
    """A board's phases in their order."""
    row = Board.objects.create(name=name)
    names = phases or ("To plan", "In work", "Handing over")
    return [
        Phase.objects.create(board=row, name=each, position=place)
        for place, each in enumerate(names)
    ]


def project(phase: Phase, name: str = "Brightmoor, 14 depots", **fields: Any) -> Project:
    fields = {"phase_since": NOW, "created_at": NOW, "updated_at": NOW} | fields
    row = Project(name=name, phase=phase, board=phase.board, **fields)
    row.prepare()
    row.save()
    return row


def task(of: Project, name: str = "Order the loggers", **fields: Any) -> Task:
    place = Task.objects.filter(project=of).count()
    row: Task = Task.objects.create(
        project=of, name=name, **{"position": place, "created_at": NOW} | fields
    )
    return row


def template(phase: Phase, name: str = "Installation", **fields: Any) -> Template:
    row: Template = Template.objects.create(name=name[:60], board=phase.board, **fields)
    return row


def lost_reason(name: str = "Price") -> LostReason:
    row: LostReason = LostReason.objects.create(name=name[:120])
    return row


def currency(code: str = "EUR", rate: str = "1", **fields: Any) -> Currency:
    row: Currency = Currency.objects.create(code=code, rate=Decimal(rate), **fields)
    return row


def linked(within: Thread, record: Any, **fields: Any) -> ThreadLink:
    """The thread belongs to the record, by hand."""
    usual = {"source": "manual", "created_at": NOW}
    link: ThreadLink = ThreadLink.objects.create(
        thread=within, kind=record.kind(), object_id=record.pk, **(usual | fields)
    )
    return link


def upload(member: Membership, name: str = "prices.pdf", data: bytes = b"%PDF-1.4\n") -> Upload:
    made: Upload = Upload.objects.create(
        member=member,
        blob=blob(data),
        filename=name,
        content_type="application/pdf",
        size=len(data),
        created_at=NOW,
    )
    return made


def comment(about: Message, by: Membership, text: str) -> Comment:
    made: Comment = Comment.objects.create(
        thread=about.thread,
        mailbox=about.mailbox,
        by=by,
        html=f"<p>{text}</p>",
        text=text,
        created_at=NOW,
    )
    words = SearchVector(Value(text), config="fio")
    Comment.objects.filter(pk=made.pk).update(search=words)
    return made


def draft(box: Mailbox, author: Membership, **fields: Any) -> Draft:
    usual = {
        "to": [["Dana Whitfield", "dana@northwind.test"]],
        "subject": "Our offer",
        "html": "<p>Here is our offer.</p>",
        "updated_at": NOW,
    }
    made: Draft = Draft.objects.create(
        mailbox=box, author=author, created_at=NOW, **(usual | fields)
    )
    return made


def mail_label(name: str = "Waiting for stock", **fields: Any) -> MailLabel:
    row: MailLabel = MailLabel.objects.create(name=name[:40], **fields)
    return row


def block(member: Membership, name: str = "spam") -> Block:
    """A sender whose mail the member does not want to see."""
    pattern = f"{name}@spam.test"
    made: Block = Block.objects.create(pattern=pattern, member=member, by=member, created_at=NOW)
    return made


def suppression(name: str = "gone", **fields: Any) -> Suppression:
    """An address that nobody should write to."""
    pattern = f"{name}@gone.test"
    usual = {"is_heard": "mailbox" in fields, "created_at": NOW}
    made: Suppression = Suppression.objects.create(pattern=pattern, **usual | fields)
    return made


def mail_template(owner: Membership, **fields: Any) -> MailTemplate:
    usual = {"name": "First answer", "subject": "Hello", "html": "<p>Hello.</p>"}
    made: MailTemplate = MailTemplate.objects.create(owner=owner, **(usual | fields))
    return made


def outgoing(box: Mailbox, author: Membership, **fields: Any) -> Outgoing:
    """A mail in the outbox, still waiting unless told otherwise."""
    subject = fields.pop("subject", "Our offer")
    rfc_id = fields.pop("rfc_id", None) or new_rfc_id(box.address)
    data = raw(subject=subject, sender=box.address, to=[CUSTOMER], rfc_id=rfc_id)
    usual = {"recipients": ["dana@northwind.test"], "send_after": NOW + timedelta(minutes=1)}
    made: Outgoing = Outgoing.objects.create(
        mailbox=box,
        author=author,
        rfc_id=rfc_id,
        blob=blob(data),
        subject=subject,
        created_at=NOW,
        **(usual | fields),
    )
    return made
