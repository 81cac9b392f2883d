"""Which parts are the message and which are attached (RFC 2046 §5.1)."""

import hashlib
from dataclasses import dataclass, field

from inbox.mime import charset, flowed, names, tnef, unpacked, uuencoded
from inbox.mime.parsed import Part
from inbox.mime.tree import Node
from inbox.mime.unpacked import File

TEXT_LIMIT = 500_000
HTML_LIMIT = 1_048_576
SHOWN = ("text/plain", "text/html", "message/partial")
# The same words once more, for programs that read another form.
OTHER_WORDING = {"text/enriched", "text/richtext", "text/watch-html", "text/x-amp-html"}
SIGNATURES = {
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
}
REPORT_PARTS = {
    "message/delivery-status",
    "message/disposition-notification",
    "message/feedback-report",
    "message/global-delivery-status",
    "message/rfc822",
    "message/rfc822-headers",
    "text/rfc822-header",
    "text/rfc822-headers",
}


@dataclass(slots=True)
class Body:
    """The parts to read: `views` in reading order, `texts` for the plain reading, the rest.

    `forwarded` are mails to be read in place below; they are among the attached as well.
    """

    views: list[Node] = field(default_factory=list)
    texts: list[Node] = field(default_factory=list)
    attached: list[Node] = field(default_factory=list)
    forwarded: list[Node] = field(default_factory=list)


def sort(root: Node) -> Body:
    """Return the mail's parts sorted into what is read and what is attached.

    Where parts had to be guessed, plain text is read if there is any: least can be wrong with it.
    """
    body = Body()
    _sort(root, body, related=False)
    if body.texts and any(node.is_guessed for node in root.multiparts()):
        body.views = [node for node in body.views if node.content_type != "text/html"]
    return body


def _sort(node: Node, body: Body, *, related: bool) -> None:
    if not node.is_multipart:
        _sort_leaf(node, body, related=related)
    elif node.content_type == "multipart/alternative":
        _sort_alternative(node, body)
    else:
        root = _root(node) if node.content_type == "multipart/related" else None
        for place, child in enumerate(node.children):
            inside = child is not root if root else related and place > 0
            _sort(child, body, related=inside)


def _root(node: Node) -> Node:
    """Return the part that shows the others (RFC 2387 §3.2): the one named, else the first."""
    start = node.params.get("start", b"").strip().strip(b"<>")
    for child in node.children:
        if start and child.headers.first("content-id").strip().strip(b"<>") == start:
            return child
    return node.children[0]


def _sort_leaf(node: Node, body: Body, *, related: bool) -> None:
    if is_readable(node) and not (related and node.headers.first("content-id")):
        body.views.append(node)
        if node.content_type != "text/html":
            body.texts.append(node)
    else:
        body.attached.append(node)
        if node.content_type == "message/rfc822" and node.disposition == "inline":
            body.forwarded.append(node)


def _sort_alternative(node: Node, body: Body) -> None:
    """Read the last HTML and the last plain text: the sender's order is from plain to rich."""
    offers: list[Body] = []
    for child in node.children:
        offer = Body()
        _sort(child, offer, related=False)
        offers.append(offer)
    rich = [offer for offer in offers if any(n.content_type == "text/html" for n in offer.views)]
    chosen = rich[-1] if rich else next((o for o in reversed(offers) if o.views), None)
    plain = next((o for o in reversed(offers) if o.texts and o is not chosen), None)
    for offer in offers:
        if offer is chosen:
            body.views += offer.views
            body.texts += [] if plain else offer.texts
        elif offer is plain:
            body.texts += offer.texts
        body.forwarded += offer.forwarded
        body.attached += [node for node in offer.attached if node.content_type not in OTHER_WORDING]


def is_readable(node: Node) -> bool:
    """Whether a part is text meant to be read in place."""
    if node.disposition == "attachment" or node.content_type not in SHOWN:
        return node.content_type.startswith("multipart/")
    return not node.filename()


def listed(attached: list[Node], *, is_report: bool) -> list[Node]:
    """Return the parts a person would call attachments.

    Unnamed signatures are not, nor are the unnamed parts a report consists of; the mail's bytes
    hold them all the same.
    """
    hidden = SIGNATURES | REPORT_PARTS if is_report else SIGNATURES
    return [
        node for node in attached if node.content_type not in hidden or _is_offered(node, is_report)
    ]


def _is_offered(node: Node, is_report: bool) -> bool:
    named = bool(node.filename()) and not (is_report and node.disposition == "inline")
    return named or is_file(node)


def text_of(node: Node) -> str:
    """Return a text part decoded, with \\n line ends."""
    data, _ = node.content()
    text = charset.decode(data[: HTML_LIMIT * 4], node.charset()).removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    if node.params.get("format", b"").lower() == b"flowed":
        return flowed.joined(text, delete_space=node.params.get("delsp", b"").lower() == b"yes")
    return text


def words_of(node: Node) -> str:
    """Return a text part as it is read: the files written into it are listed instead."""
    text = text_of(node)
    return uuencoded.split(text)[0] if node.content_type == "text/plain" else text


def unpacked_from(node: Node) -> list[File]:
    """Return the files inside a part: of a winmail.dat, or written into plain text."""
    if tnef.is_packed(node.content_type, node.filename()):
        return tnef.files(node.content()[0])
    is_text = node.content_type == "text/plain" and is_readable(node)
    if is_text and node.raw.find(b"begin ", node.start, node.end) >= 0:
        return uuencoded.split(text_of(node))[1]
    return []


def inside(node: Node) -> list[Part]:
    """Return what is known of the files inside a part."""
    return [
        Part(
            number=unpacked.number(node.number, place),
            filename=file.filename[:255],
            content_type=file.content_type,
            size=len(file.data),
            sha256=hashlib.sha256(file.data).hexdigest(),
            cid="",
            inline=False,
        )
        for place, file in enumerate(unpacked_from(node), 1)
    ]


def _name(node: Node) -> str:
    given = node.filename()
    return names.made(node.content_type) if not given and is_file(node) else given


def is_file(node: Node) -> bool:
    """Whether the sender marked the part as a file (RFC 2183 §2.2)."""
    return node.disposition == "attachment"


def part_of(node: Node) -> Part:
    """Return what is known of an attachment; the whole of it is hashed."""
    data, _ = node.content()
    cid = charset.decode(node.headers.first("content-id")).strip().strip("<>")
    return Part(
        number=node.number,
        filename=_name(node)[:255],
        content_type=node.content_type[:100],
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        cid=cid[:998],
        inline=node.disposition == "inline" or (bool(cid) and node.disposition != "attachment"),
    )
