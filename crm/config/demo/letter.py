"""One letter as a mail program would have written it: both bodies, quotes, attachments."""

import html
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, make_msgid, parsedate_to_datetime

from crm.config.demo import quoting
from crm.config.demo.accounts import Account
from crm.config.demo.people import ENGLISH, Customer

Person = tuple[str, str]  # name, address


@dataclass(frozen=True)
class Enclosure:
    """A file in a letter; one with a `cid` is shown inside the text."""

    filename: str
    content_type: str
    content: bytes
    cid: str = ""


@dataclass(frozen=True)
class Letter:
    """What a letter says. `markup` replaces the HTML body that the text would give."""

    sender: Person
    to: tuple[Person, ...]
    subject: str
    text: str
    at: datetime
    message_id: str = ""
    cc: tuple[Person, ...] = ()
    references: tuple[str, ...] = ()
    language: str = ENGLISH
    outlook: bool = False
    plain: bool = False
    quoted: "Letter | None" = None
    markup: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def build(self) -> bytes:
        """The message as it travels."""
        message = EmailMessage(policy=SMTP)
        message["From"] = _address(self.sender)
        message["To"] = [_address(person) for person in self.to]
        if self.cc:
            message["Cc"] = [_address(person) for person in self.cc]
        message["Subject"] = self.subject
        message["Date"] = format_datetime(self.at)
        message["Message-ID"] = self.message_id or make_msgid(domain=_domain(self.sender))
        if self.references:
            message["In-Reply-To"] = self.references[-1]
            message["References"] = " ".join(self.references)
        for name, value in self.headers.items():
            message[name] = value
        message.set_content(quoting.text_with(self))
        if not self.plain:
            self._add_html(message)
        for file in self.enclosures:
            if not file.cid:
                kind, _, subtype = file.content_type.partition("/")
                message.add_attachment(
                    file.content, maintype=kind, subtype=subtype, filename=file.filename
                )
        return message.as_bytes()

    def _add_html(self, message: EmailMessage) -> None:
        message.add_alternative(self.markup or quoting.html_with(self), subtype="html")
        shown = [file for file in self.enclosures if file.cid]
        body = message.get_payload(1) if shown else None
        if isinstance(body, EmailMessage):
            for file in shown:
                kind, _, subtype = file.content_type.partition("/")
                body.add_related(
                    file.content,
                    maintype=kind,
                    subtype=subtype,
                    cid=f"<{file.cid}>",
                    filename=file.filename,
                )


def reply(
    message: EmailMessage, customer: Customer, to: Account, text: str, at: datetime
) -> Letter:
    """The customer's answer to a message, in its thread and quoting it."""
    read = _read(message)
    subject = str(message.get("Subject", ""))
    if not re.match(r"(?i)\s*re:", subject):
        subject = f"Re: {subject}"
    return Letter(
        sender=(customer.name, customer.address),
        to=((to.name, to.address),),
        subject=subject,
        text=f"{text}\n\n{quoting.signature(customer)}",
        at=at,
        references=tuple(i for i in (*read.references, read.message_id) if i),
        language=customer.language,
        outlook=customer.outlook,
        quoted=read,
    )


def own_words(message: EmailMessage) -> str:
    """What the sender wrote this time: the text before anything quoted."""
    kept: list[str] = []
    for line in _text(message).splitlines():
        if line.startswith(">") or quoting.BEGINS_QUOTE.search(line):
            break
        kept.append(line)
    return "\n".join(kept).strip()


def _read(message: EmailMessage) -> Letter:
    sender = getaddresses([str(message.get("From", ""))])[:1] or [("", "")]
    when = message.get("Date")
    references = str(message.get("References") or message.get("In-Reply-To") or "").split()
    return Letter(
        sender=sender[0],
        to=tuple(getaddresses([str(message.get("To", ""))])),
        subject=str(message.get("Subject", "")),
        text=_text(message).strip(),
        at=parsedate_to_datetime(str(when)) if when else datetime.now().astimezone(),
        message_id=str(message.get("Message-ID", "")).strip(),
        references=tuple(references[-20:]),
    )


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    content = str(body.get_content())
    if body.get_content_subtype() == "html":
        content = html.unescape(
            re.sub(r"<[^>]+>", " ", re.sub(r"(?i)<br|</(p|div)>", "\n<", content))
        )
    return content


def _address(person: Person) -> Address:
    return Address(person[0], addr_spec=person[1])


def _domain(person: Person) -> str:
    return person[1].rpartition("@")[2]


def answering(letter: Letter, previous: Letter | None) -> Letter:
    """The letter placed after the previous one of its thread, quoting it."""
    if previous is None:
        return letter
    chain = (*previous.references, previous.message_id)
    return replace(letter, references=chain, quoted=previous)
