"""Received bytes to facts. Nothing here raises: what cannot be read is left out and named."""

import html as entities
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice

from inbox.mime import (
    addresses,
    body,
    bounce,
    clean,
    dates,
    forwarded,
    ids,
    kinds,
    plain,
    quotes,
    thread,
    tree,
    unpacked,
)
from inbox.mime.headers import Headers
from inbox.mime.parsed import Address, Bounce, Failure, Kind, Parsed, Part, Quality
from inbox.mime.tree import Budget, Node

__all__ = [
    "Address",
    "Bounce",
    "Failure",
    "Kind",
    "Parsed",
    "Part",
    "Quality",
    "headers_only",
    "parse",
    "part_bytes",
]

PARTICIPANTS = 500
UNPACKED = 500  # files inside others; what is beyond them stays where it is packed
SNIPPET = 160
QUOTED = re.compile(r"^[ \t]*>.*$", re.M)


UNREADABLE = (ValueError, LookupError, ArithmeticError, AttributeError, TypeError, RecursionError)


def parse(raw: bytes, *, received: datetime | None = None) -> Parsed:
    """Return the facts of one mail; `received` (aware) bounds what its Date header may claim."""
    try:
        return _parse(unix(raw), received)
    except UNREADABLE as error:
        return headers_only(raw, received=received, defect=f"parse: {type(error).__name__}")


def headers_only(raw: bytes, *, received: datetime | None = None, defect: str = "") -> Parsed:
    """Return what the first headers say of a mail whose content cannot be or was not read."""
    defects = (defect,) if defect else ()
    try:
        root = tree.read(unix(raw[:262_144]), Budget(0))
        return _parsed(root, received, _Contents(quality="raw_only", defects=defects))
    except UNREADABLE:
        return Parsed(quality="raw_only", defects=defects)


def offset_of(raw: bytes) -> int | None:
    """Return the seconds east of UTC in the Date header of a mail, None where it names none."""
    try:
        return dates.offset(tree.read(unix(raw[:262_144]), Budget(0)).headers.first("date"))
    except UNREADABLE:
        return None


def cut(found: Parsed, defect: str, *, is_whole: bool) -> Parsed:
    """Return what was read of a mail's beginning as what is known of the mail.

    The last file may go on where the beginning ends, so it is left out.
    """
    kept = found.attachments if is_whole else found.attachments[:-1]
    quality: Quality = "raw_only" if found.quality == "raw_only" else "partial"
    return replace(found, attachments=kept, quality=quality, defects=(*found.defects, defect))


def part_bytes(raw: bytes, number: str) -> bytes:
    """Return the decoded bytes of the part with this number; KeyError where there is none."""
    part, mark, _place = number.partition(unpacked.MARK)
    for node in tree.read(unix(raw)).leaves():
        if node.number == part and not mark:
            return node.content()[0]
        if node.number == part:
            inside = {
                unpacked.number(part, n): f for n, f in enumerate(body.unpacked_from(node), 1)
            }
            return inside[number].data
    raise KeyError(number)


def unix(raw: bytes) -> bytes:
    """Return mail with classic Mac OS line ends (CR alone) or doubled CRs in a form with lines."""
    first = raw.find(b"\n")
    if first < 0:
        return raw.replace(b"\r", b"\n")
    return raw.replace(b"\r\r\n", b"\r\n") if raw[:first].endswith(b"\r\r") else raw


@dataclass(frozen=True, slots=True)
class _Contents:
    """What the parts below the headers say."""

    text: str = ""
    html: str = ""
    clean_html: str | None = None
    attachments: tuple[Part, ...] = ()
    kind: Kind = "mail"
    invite_method: str = ""
    bounce: Bounce | None = None
    quality: Quality = "full"
    defects: tuple[str, ...] = ()


def _parse(raw: bytes, received: datetime | None) -> Parsed:
    budget = Budget()
    root = tree.read(raw, budget)
    sorted_ = body.sort(root)
    text, html, cleaned = _read(sorted_, [])
    method = kinds.invite_method(root)
    kind, report = bounce.read(root, kinds.of(root, method), text)
    is_report = kind in ("bounce", "complaint", "receipt")
    is_report = is_report or bool(report and report.recipients)
    if sorted_.forwarded and not is_report:
        text, html, cleaned = _read(sorted_, forwarded.pieces(sorted_.forwarded))
    attached = body.listed(sorted_.attached, is_report=is_report)
    contents = _Contents(
        text=text,
        html=html,
        clean_html=cleaned,
        attachments=(
            *(body.part_of(node) for node in attached),
            *islice(chain.from_iterable(map(body.inside, [*sorted_.texts, *attached])), UNPACKED),
        ),
        kind=kind,
        bounce=report,
        invite_method=method,
        quality="partial" if budget.exceeded else "full",
        defects=("bounds: parts left unopened",) if budget.exceeded else (),
    )
    return _parsed(root, received, contents)


def _parsed(root: Node, received: datetime | None, contents: _Contents) -> Parsed:
    found = root.headers
    subject = found.text("subject")[:2_000]
    base, is_reply = thread.base_subject(subject)
    senders, _ = addresses.read(found.every("from")[:1] or found.every("sender")[:1], 1, found.hint)
    people, count = _people(found)
    own = quotes.own_words(contents.text)
    return Parsed(
        message_id=ids.one(found.first("message-id")),
        in_reply_to=ids.many(found.first("in-reply-to")),
        references=ids.many(b" ".join(found.every("references"))[:262_144]),
        subject=subject,
        base_subject=base,
        is_reply=is_reply,
        sender=senders[0] if senders else None,
        to=people[0],
        cc=people[1],
        bcc=people[2],
        reply_to=people[3],
        recipient_count=count,
        date=dates.read(found.first("date"), received=received),
        is_bulk=kinds.is_bulk(found),
        reply_text=own,
        snippet=_snippet(own or contents.text),
        text=contents.text,
        html=contents.html,
        clean_html=contents.clean_html,
        attachments=contents.attachments,
        kind=contents.kind,
        invite_method=contents.invite_method,
        bounce=contents.bounce,
        quality=contents.quality,
        defects=contents.defects,
    )


def _people(found: Headers) -> tuple[list[tuple[Address, ...]], int]:
    """Return (To, Cc, Bcc, Reply-To) cut to 500 people together, and the count of recipients."""
    people: list[tuple[Address, ...]] = []
    left, total = PARTICIPANTS, 0
    for name in ("to", "cc", "bcc", "reply-to"):
        kept, count = addresses.read(found.every(name), left, found.hint)
        people.append(tuple(kept))
        left -= len(kept)
        total += 0 if name == "reply-to" else count
    return people, total


def _read(sorted_: body.Body, below: list[tuple[str, str]]) -> tuple[str, str, str | None]:
    """Return (text, raw html, clean html); each HTML part is cleaned by itself.

    `below` are (content type, text) of what is forwarded to be read in place.
    """
    below = list(_bounded(below))
    texts = list(_words(sorted_.texts))
    texts += [_plain(kind, content) for kind, content in below]
    views = _bounded((node.content_type, body.words_of(node)) for node in sorted_.views)
    shown = [*views, *below]
    html = [content for kind, content in shown if kind == "text/html"]
    if not html:
        return _joined(texts), "", None
    if not any(map(str.strip, html)):
        return _joined(texts), "", ""
    cleaned = [
        clean.clean_html(content) if kind == "text/html" else _block(content)
        for kind, content in shown
        if content.strip()
    ]
    clean_html = "<hr>".join(cleaned)
    text = _joined(texts) or plain.from_html(clean_html)
    return text, "\n".join(html)[: body.HTML_LIMIT], clean_html


def _words(nodes: list[Node]) -> Iterator[str]:
    """Yield texts until there is as much as is kept."""
    length = 0
    for node in nodes:
        if length > body.TEXT_LIMIT:
            return
        words = body.words_of(node)
        length += len(words)
        yield words


def _bounded(pieces: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield pieces, together no longer than one alone may be."""
    left = body.HTML_LIMIT
    for kind, content in pieces:
        if left <= 0:
            return
        yield kind, content[:left]
        left -= len(content)


def _plain(kind: str, content: str) -> str:
    return plain.from_html(clean.clean_html(content)) if kind == "text/html" else content


def _joined(texts: list[str]) -> str:
    return "\n\n".join(t for t in texts if t.strip())[: body.TEXT_LIMIT]


def _block(text: str) -> str:
    return f"<pre>{entities.escape(text, quote=False)}</pre>"


def _snippet(text: str) -> str:
    """Return the first words on one line, at most 160 characters."""
    line = " ".join(QUOTED.sub("", text[: SNIPPET * 8]).split())
    return line if len(line) <= SNIPPET else line[: SNIPPET - 1].rstrip() + "…"
