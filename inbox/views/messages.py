"""Messages as the conversation shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from inbox.mime import images, names, quotes
from inbox.models import Mailbox, Message, Participant
from inbox.queries import contents
from inbox.views import reports

OPEN, FOLDED, HIDDEN = "open", "folded", "hidden"
# More folded messages than these hide behind a button
FOLDED_SHOWN = 4


NAMED = 20  # recipients of a line; a mail may have thousands
RECIPIENTS = (Participant.Role.TO, Participant.Role.CC, Participant.Role.BCC)


@dataclass(slots=True)
class File:
    """An attachment and where it is fetched."""

    filename: str
    size: int
    url: str
    is_image: bool


@dataclass(slots=True)
class ShownMessage:
    """What inbox/message.html takes; the parts of an open message stay empty when it is folded."""

    uid: UUID
    url: str
    fold: str
    kind: str
    quality: str
    is_mine: bool
    sender_name: str
    sender_address: str
    to: list[list[Any]]
    cc: list[list[Any]]
    bcc: list[list[Any]]
    received_at: datetime
    snippet: str
    size: int
    attachment_count: int
    mailbox_name: str
    can_answer: bool
    # Recipients beyond those that are kept
    unlisted: int = 0
    raw_url: str = ""
    pieces: list[tuple[str, str]] = field(default_factory=list)
    has_html: bool = False
    frame_url: str = ""
    images_url: str = ""
    trust_url: str = ""
    blocked_images: int = 0
    attachments: list[File] = field(default_factory=list)
    report: reports.Report | None = None

    @property
    def lines(self) -> list[tuple[str, list[list[Any]], int]]:
        """To, Cc and Bcc: the role, whom the page names, and how many more there are."""
        found = [("to", self.to), ("cc", self.cc), ("bcc", self.bcc)]
        # They are kept in this order: what is beyond belongs to the last role of those kept
        last = next((role for role, people in reversed(found) if people), "")
        return [
            (role, people[:NAMED], len(people[NAMED:]) + (self.unlisted if role == last else 0))
            for role, people in found
            if people
        ]


@dataclass(slots=True)
class Reader:
    """Whose eyes these are: his mailboxes and their addresses."""

    slug: str
    own_ids: set[int]
    addresses: set[str]
    # Without those of teams, where a colleague may have written
    personal: set[str]


def reader(slug: str, own: Sequence[Mailbox]) -> Reader:
    """The reader who works in these mailboxes."""
    personal = [box for box in own if box.kind == Mailbox.Kind.PERSONAL]
    return Reader(
        slug=slug,
        own_ids={box.pk for box in own},
        addresses={box.address.lower() for box in own},
        personal={box.address.lower() for box in personal},
    )


def shown(
    items: Sequence[contents.Shown], mailboxes: Mapping[int, Mailbox], who: Reader
) -> tuple[list[ShownMessage], int]:
    """These messages with their folds, and how many of them are hidden behind the button."""
    folds = _folds(items)
    rows = [
        one(item, mailboxes.get(item.message.mailbox_id), who, fold)
        for item, fold in zip(items, folds, strict=True)
    ]
    return rows, folds.count(HIDDEN)


def _folds(items: Sequence[contents.Shown]) -> list[str]:
    """Of many folded messages only the first and the last are shown."""
    folds = [OPEN if item.is_open else FOLDED for item in items]
    folded = [place for place, fold in enumerate(folds) if fold == FOLDED]
    if len(folded) > FOLDED_SHOWN:
        for place in folded[1:-1]:
            folds[place] = HIDDEN
    return folds


def one(item: contents.Shown, mailbox: Mailbox | None, who: Reader, fold: str) -> ShownMessage:
    """One message; an open one with all that is shown of it."""
    row = item.message
    name = mailbox.shown_name if mailbox else ""
    is_own = row.mailbox_id in who.own_ids
    message = ShownMessage(
        uid=row.uid,
        url=reverse("inbox:message", args=[who.slug, row.uid]),
        fold=fold,
        kind=reports.kind(row),
        quality=row.quality,
        is_mine=row.direction == Message.Direction.OUT and row.sender_address in who.personal,
        sender_name=row.sender_name,
        sender_address=row.sender_address,
        to=_people(item.people, Participant.Role.TO, who),
        cc=_people(item.people, Participant.Role.CC, who),
        bcc=_people(item.people, Participant.Role.BCC, who) if is_own else [],
        received_at=row.received_at,
        snippet=row.snippet,
        size=row.size,
        attachment_count=row.attachment_count,
        mailbox_name=name,
        can_answer=is_own,
        unlisted=_unlisted(item),
    )
    if fold == OPEN:
        _open(message, item, who)
    return message


def _unlisted(item: contents.Shown) -> int:
    kept = sum(person.role in RECIPIENTS for person in item.people)
    return max(0, item.message.recipient_count - kept) if kept else 0


def folded(row: Message, who: Reader) -> ShownMessage:
    """A message of which the header is known."""
    return one(contents.Shown(row), None, who, FOLDED)


def _open(message: ShownMessage, item: contents.Shown, who: Reader) -> None:
    text, html = item.text, item.html
    message.raw_url = reverse("inbox:raw", args=[who.slug, message.uid])
    message.attachments = [_file(file, who) for file in item.files if _is_listed(file, html)]
    message.report = reports.report(item, who.slug)
    if not html:
        message.pieces = [p for p in quotes.split_text(text) if p[1].strip()]
        return
    message.has_html = True
    message.frame_url = frame = reverse("inbox:body", args=[who.slug, message.uid])
    message.images_url = f"{frame}?images=1"
    message.trust_url = reverse("inbox:trust", args=[who.slug, message.uid])
    if item.is_trusted:
        message.frame_url = message.images_url
    else:
        message.blocked_images = images.count_remote(html)


def _is_listed(file: contents.File, html: str) -> bool:
    """Pictures that the text shows are not listed again below it."""
    return not (file.is_inline and file.cid and file.cid in images.cids(html))


def _file(file: contents.File, who: Reader) -> File:
    url = reverse("inbox:attachment", args=[who.slug, file.uid])
    name = file.filename or names.made(file.content_type)
    return File(name, file.size, url, file.content_type.startswith("image/"))


def _people(people: Iterable[contents.Party], role: str, who: Reader) -> list[list[Any]]:
    return [[p.name, p.address, p.address in who.personal] for p in people if p.role == role]
