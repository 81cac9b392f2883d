"""Facts to bytes: a mail that leaves, in the form RFC 5322 and RFC 2046 ask for."""

import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage

from inbox.mime import clean, dressed, plain
from inbox.mime.heading import (
    ID,
    BadField,
    checked,
    date_line,
    ids_line,
    people_line,
    text_line,
)
from inbox.mime.parsed import Address

__all__ = ["Attachment", "BadField", "Outline", "Quote", "build", "quoted_html", "quoted_text"]

TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,63}/[A-Za-z0-9!#$&^_.+-]{1,63}")
FIELD = re.compile(r"[A-Za-z0-9-]{1,60}")
OURS = {"from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id"} | {
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
}
DATE = re.compile(rb"^Date: [^\r\n]*", re.M)
LONGEST_LINE = 990


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send; with a `cid` it is an image the HTML shows as `cid:…`."""

    filename: str
    content_type: str
    content: bytes
    cid: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """The mail answered or forwarded: the line above it, its text, its cleaned HTML."""

    attribution: str
    text: str
    clean_html: str = ""
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """Everything a new mail says; ids are bare, `date` is aware."""

    sender: Address
    message_id: str
    date: datetime
    to: Sequence[Address] = ()
    cc: Sequence[Address] = ()
    bcc: Sequence[Address] = ()
    reply_to: Sequence[Address] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    quote: Quote | None = None
    in_reply_to: str = ""
    references: Sequence[str] = ()
    attachments: Sequence[Attachment] = ()
    headers: Sequence[tuple[str, str]] = ()


POLICY = policy.SMTP.clone(cte_type="7bit")


def build(outline: Outline, *, with_bcc: bool = False) -> bytes:
    """Return the mail's bytes with CRLF line ends; BadField names what cannot be written.

    Bcc is left out unless asked for: it belongs to the envelope and to our own copy.
    """
    message = EmailMessage(policy=POLICY)
    _content(message, outline)
    head = _head(outline, with_bcc=with_bcc) + "".join(_extra(outline.headers))
    return head.encode("ascii") + message.as_bytes(policy=POLICY)


def redated(raw: bytes, at: datetime) -> bytes:
    """Return a mail that `build` made with another time in its Date line; nothing else changes."""
    head, gap, body = raw.partition(b"\r\n\r\n")
    line = date_line("Date", at).rstrip("\r\n").encode("ascii")
    return DATE.sub(line, head, count=1) + gap + body


def _head(outline: Outline, *, with_bcc: bool) -> str:
    bcc = people_line("Bcc", outline.bcc)
    return "".join(
        [
            people_line("From", [outline.sender]),
            people_line("Reply-To", outline.reply_to),
            people_line("To", outline.to),
            people_line("Cc", outline.cc),
            bcc if with_bcc else "",
            text_line("Subject", outline.subject, field="subject"),
            date_line("Date", outline.date),
            ids_line("Message-ID", [outline.message_id]),
            ids_line("In-Reply-To", [outline.in_reply_to] if outline.in_reply_to else []),
            ids_line("References", outline.references),
        ]
    )


def _extra(headers: Sequence[tuple[str, str]]) -> Iterator[str]:
    for name, value in headers:
        if not FIELD.fullmatch(name) or name.lower() in OURS:
            raise BadField(name, "is not a header that can be set")
        yield text_line(name, value)


def _content(message: EmailMessage, outline: Outline) -> None:
    text, html = _bodies(outline)
    message.set_content(text, cte=encoding(text))
    if html:
        message.add_alternative(html, subtype="html", cte=encoding(html))
        for image in (each for each in outline.attachments if each.cid):
            _add_image(message, image)
    for attachment in outline.attachments:
        if not (html and attachment.cid):
            main, sub = _type(attachment)
            name = checked("attachment", attachment.filename) or "attachment"
            message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=name)


def _bodies(outline: Outline) -> tuple[str, str]:
    """Return (text, html) with the quoted mail below; html is "" for a mail of plain text."""
    cleaned = clean.clean_html(outline.html) if outline.html else ""
    text = outline.text or plain.from_html(cleaned)
    quote = outline.quote
    html = dressed.dress(clean.outgoing(cleaned))
    if quote is not None:
        text = f"{text.rstrip()}\n\n{quoted_text(quote)}\n".lstrip("\n")
        html = f"{html}<br>{quoted_html(quote)}" if html else ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text if text.endswith("\n") else text + "\n", html


def quoted_text(quote: Quote) -> str:
    """Return the quoted mail as text: "> " before each line of an answer, bare when forwarded."""
    lines = quote.text.rstrip().split("\n")
    if quote.forwarded:
        return "\n".join([quote.attribution, "", *lines])
    marked = [(">" if line.startswith(">") else "> ") + line for line in lines]
    return "\n".join([quote.attribution, *(line.rstrip() for line in marked)])


def quoted_html(quote: Quote) -> str:
    """Return the quoted mail as HTML, cleaned once more and without its style sheet."""
    if quote.clean_html:
        inner = clean.outgoing(clean.clean_html(quote.clean_html))
    else:
        inner = entities.escape(quote.text, quote=False).replace("\n", "<br>\n")
    attribution = entities.escape(quote.attribution, quote=False).replace("\n", "<br>\n")
    if quote.forwarded:
        return f'<div class="fio_quote">{attribution}<br><br>{inner}</div>'
    style = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"
    return (
        f'<div class="fio_quote">{attribution}<br>'
        f'<blockquote type="cite" style="{style}">{inner}</blockquote></div>'
    )


def encoding(text: str) -> str:
    """Return the transfer encoding: readable where the words are, base64 where they are not."""
    if text.isascii():
        lines = text.split("\n")
        return "7bit" if max(map(len, lines)) <= LONGEST_LINE else "quoted-printable"
    foreign = len(text.encode()) - len(text)
    return "quoted-printable" if foreign * 4 < len(text) else "base64"


def _add_image(message: EmailMessage, image: Attachment) -> None:
    main, sub = _type(image)
    if not ID.fullmatch(image.cid) or not image.cid.isascii():
        raise BadField("attachment", "has a content id that cannot be written")
    body = message.get_body(("html",))
    if isinstance(body, EmailMessage):
        name = checked("attachment", image.filename)
        body.add_related(
            image.content,
            maintype=main,
            subtype=sub,
            cid=f"<{image.cid}>",
            disposition="inline",
            filename=name or None,
        )


def _type(attachment: Attachment) -> tuple[str, str]:
    """Return (main, sub) type; a mail or a multipart travels as plain bytes."""
    kind = attachment.content_type.partition(";")[0].strip().lower()
    if not TYPE.fullmatch(kind) or kind.startswith(("multipart/", "message/")):
        return "application", "octet-stream"
    main, _, sub = kind.partition("/")
    return main, sub
