"""Who an answer goes to, what it is called, and the mail it quotes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from crm.ui import times
from inbox.mime import build, cutting, ids, images, outgoing, parse, thread
from inbox.mime.parsed import Address
from inbox.models import Attachment, Draft, Message, Participant
from inbox.queries import blobs, ours
from inbox.queries.contents import Party

Role = Participant.Role
Kind = Draft.Kind
Recipient = list[str]
# Pictures of the quoted mail travel along up to this many bytes
PICTURES = 5_000_000


@dataclass(slots=True)
class People:
    """To and Cc of an answer, as lists of [name, address]."""

    to: list[Recipient] = field(default_factory=list)
    cc: list[Recipient] = field(default_factory=list)


def recipients(message: Message, kind: str, own: Iterable[str]) -> People:
    """Who an answer to a stored message is addressed to; see `addressed`."""
    people = message.participants.order_by("position")
    return addressed(people, message.direction, kind, own)


def addressed(
    people: Iterable[Participant | Party], direction: str, kind: str, own: Iterable[str]
) -> People:
    """Who a reply, or a reply to all, goes to, from the people of the mail answered.

    Reply-To goes before From (RFC 5322, 3.6.2). An answer to one's own mail goes to
    those it was sent to. Own addresses are left out unless nobody else is left.
    """
    if kind not in (Kind.REPLY, Kind.REPLY_ALL):
        return People()
    found: dict[str, list[Recipient]] = {role: [] for role in Role.values}
    for person in people:
        if person.address:
            found[person.role].append([person.name, person.address])
    mine = {address.lower() for address in own}
    if direction == Message.Direction.OUT:
        to, rest = found[Role.TO], []
    else:
        to, rest = found[Role.REPLY_TO] or found[Role.FROM], found[Role.TO]
    if kind == Kind.REPLY:
        return People(to=_once(to, mine) or _once(to, set()))
    everybody = _once([*to, *rest], mine) or _once(to, set())
    taken = mine | {address.lower() for _name, address in everybody}
    return People(to=everybody, cc=_once(found[Role.CC], taken))


def _once(people: Sequence[Recipient], without: set[str]) -> list[Recipient]:
    kept: dict[str, Recipient] = {}
    for person in people:
        address = person[1].lower()
        if address not in without:
            kept.setdefault(address, person)
    return list(kept.values())


def subject(message: Message, kind: str) -> str:
    """The subject of an answer, with one prefix."""
    make = outgoing.forward_subject if kind == Kind.FORWARD else outgoing.reply_subject
    return make(message.subject)


def references(raw: bytes, message: Message) -> tuple[str, tuple[str, ...]]:
    """In-Reply-To and References of an answer (RFC 5322, 3.6.4), from the mail's own headers."""
    found = parse.headers_only(raw)
    chain = found.references or found.in_reply_to
    parent = ids.key(message.rfc_id or "")
    return parent, outgoing.references(parent, [each for each in chain if thread.is_key(each)])


def quote(message: Message, kind: str) -> build.Quote:
    """The mail answered or forwarded, with the line above it in the writer's language."""
    body = message.bodies.first()
    text, html = ("", "")
    if body is not None:
        text, html = ours.straight_text(body.text), ours.straight_html(body.html)
    if kind == Kind.FORWARD:
        return build.Quote(_forwarded(message), text, html, forwarded=True)
    who = message.sender_name or message.sender_address
    when = times.full(message.sent_at or message.received_at)
    line = _("On %(when)s, %(who)s wrote:") % {"when": when, "who": who}
    return build.Quote(line, text, html)


def _forwarded(message: Message) -> str:
    lines: list[str] = [
        _("---------- Forwarded message ----------"),
        _("From: %(who)s") % {"who": _written(message.sender_name, message.sender_address)},
        _("Date: %(when)s") % {"when": times.full(message.sent_at or message.received_at)},
        _("Subject: %(subject)s") % {"subject": message.subject},
    ]
    to = [p for p in message.participants.order_by("position") if p.role == Role.TO]
    if to:
        who = ", ".join(_written(person.name, person.address) for person in to[:20])
        lines.append(_("To: %(who)s") % {"who": who})
    return "\n".join(lines)


def _written(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and name != address else address


def pictures(raw: bytes, message: Message, html: str) -> list[build.Attachment]:
    """The pictures that the quoted HTML shows and the mail itself brought."""
    shown = images.cids(html)
    if not shown:
        return []
    parts = Attachment.objects.filter(message=message, cid__in=shown).order_by("pk")
    taken: dict[str, build.Attachment] = {}
    total = 0
    for part in parts:
        total += part.size
        if total <= PICTURES and part.cid not in taken:
            content = cutting.part_bytes(raw, part.part)
            taken[part.cid] = build.Attachment(part.filename, part.content_type, content, part.cid)
    return list(taken.values())


def address(person: Sequence[str]) -> Address:
    return Address(person[0], person[1])


def raw_of(message: Message) -> bytes:
    return blobs.data(message.blob_id)
