"""Which parts are the message and which are attached (RFC 2046 §5.1)."""

import hashlib
from dataclasses import dataclass, field

from inbox.mime import charset
from inbox.mime.parsed import Part
from inbox.mime.tree import Node

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
    """The parts to read: `views` in reading order, `texts` for the plain reading, the rest."""

    views: list[Node] = field(default_factory=list)
    texts: list[Node] = field(default_factory=list)
    attached: list[Node] = field(default_factory=list)
    repaired: bool = False


def sort(root: Node) -> Body:
    """Return the mail's parts sorted into what is read and what is attached."""
    body = Body()
    _sort(root, body, related=False)
    return body


def _sort(node: Node, body: Body, *, related: bool) -> None:
    if not node.is_multipart:
        _sort_leaf(node, body, related=related)
    elif node.content_type == "multipart/alternative":
        _sort_alternative(node, body)
    else:
        inside = node.content_type == "multipart/related"
        for place, child in enumerate(node.children):
            _sort(child, body, related=(related or inside) and place > 0)


def _sort_leaf(node: Node, body: Body, *, related: bool) -> None:
    if is_readable(node) and not (related and node.headers.first("content-id")):
        body.views.append(node)
        if node.content_type != "text/html":
            body.texts.append(node)
    else:
        body.attached.append(node)


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
        node
        for node in attached
        if node.content_type not in hidden or node.disposition == "attachment" or node.filename()
    ]


def text_of(node: Node) -> str:
    """Return a text part decoded, with \\n line ends."""
    data, _ = node.content()
    text = charset.decode(data[: HTML_LIMIT * 4], node.charset())
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def part_of(node: Node) -> Part:
    """Return what is known of an attachment; the whole of it is hashed."""
    data, _ = node.content()
    cid = charset.decode(node.headers.first("content-id")).strip().strip("<>")
    return Part(
        number=node.number,
        filename=node.filename()[:255],
        content_type=node.content_type[:100],
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        cid=cid[:998],
        inline=node.disposition == "inline" or (bool(cid) and node.disposition != "attachment"),
    )
