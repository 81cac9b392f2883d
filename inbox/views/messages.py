"""Messages as the conversation shows them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse

from crm.ui import addresses
from inbox.mime import images, names, quotes
from inbox.models import Mailbox, Message, Participant
from inbox.queries import between, contents, ours
from inbox.views import reports

OPEN, FOLDED, HIDDEN = "open", "folded", "hidden"
# More folded messages than these hide behind a button
FOLDED_SHOWN = 4


NAMED = 20  # recipients of a line; a mail may have thousands
# Name, address and whether it is the reader
People = tuple[tuple[str, str, bool], ...]
RECIPIENTS = (Participant.Role.TO, Participant.Role.CC, Participant.Role.BCC)


@dataclass(frozen=True, slots=True)
class File:
    """An attachment and where it is fetched."""

    filename: str
    size: int
    url: str
    is_image: bool


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """What inbox/message.html takes; the parts of an open message stay empty when it is folded.

    Folded ones are equal where they look alike, and their pieces of the page known again by that.
    """

    uid: UUID
    url: str
    fold: str
    kind: str
    quality: str
    is_mine: bool
    sender_name: str
    sender_address: str
    to: People
    cc: People
    bcc: People
    received_at: datetime
    snippet: str
    size: int
    attachment_count: int
    mailbox_name: str
    can_answer: bool
    # Where the conversation begins it cannot be split
    begins: bool = False
    # Who of a team wrote it
    writer: str = ""
    # Recipients beyond those that are kept
    unlisted: int = 0
    raw_url: str = ""
    pieces: tuple[tuple[str, str], ...] = ()
    has_html: bool = False
    frame_url: str = ""
    images_url: str = ""
    trust_url: str = ""
    blocked_images: int = 0
    attachments: tuple[File, ...] = ()
    report: reports.Report | None = None
    tracked: tuple[ours.Told, ...] = ()

    @property
    def lines(self) -> list[tuple[str, People, int]]:
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
    # The address of a message by its uid
    url: Callable[[UUID], str]


class Run(NamedTuple):
    """Neighbours that are folded alike, and what stands after the last of them."""

    fold: str
    messages: list[ShownMessage]
    lines: list[between.Line]


def reader(slug: str, own: Sequence[Mailbox]) -> Reader:
    """The reader who works in these mailboxes."""
    personal = [box for box in own if box.kind == Mailbox.Kind.PERSONAL]
    return Reader(
        slug=slug,
        own_ids={box.pk for box in own},
        addresses={box.address.lower() for box in own},
        personal={box.address.lower() for box in personal},
        url=addresses.each("inbox:message", slug),
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


def runs(rows: Sequence[ShownMessage], lines: Sequence[between.Line] = ()) -> list[Run]:
    """The messages in runs; the first one is alone, since what is before it stands below it.

    Lines end a run, each after the message it came after; among hidden ones after the last.
    """
    found: list[Run] = []
    waiting = list(lines)
    for place, row in enumerate(rows):
        last = found[-1] if found else None
        if last is None or len(found) == 1 or last.fold != row.fold or last.lines:
            found.append(Run(row.fold, [], []))
        found[-1].messages.append(row)
        after = rows[place + 1] if place + 1 < len(rows) else None
        if row.fold == HIDDEN and after is not None and after.fold == HIDDEN:
            continue
        while waiting and (after is None or waiting[0].at < after.received_at):
            found[-1].lines.append(waiting.pop(0))
    return found


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
    is_team = mailbox is not None and mailbox.kind == Mailbox.Kind.TEAM
    message = ShownMessage(
        uid=row.uid,
        url=who.url(row.uid),
        fold=fold,
        kind=reports.kind(row),
        quality=row.quality,
        is_mine=row.direction == Message.Direction.OUT and row.sender_address in who.personal,
        sender_name=row.sender_name,
        sender_address=row.sender_address,
        to=_people(item.people, Participant.Role.TO, who),
        cc=_people(item.people, Participant.Role.CC, who),
        bcc=_people(item.people, Participant.Role.BCC, who) if is_own else (),
        received_at=row.received_at,
        snippet=row.snippet,
        size=row.size,
        attachment_count=row.attachment_count,
        mailbox_name=name,
        can_answer=is_own,
        begins=item.is_first,
        writer=item.writer if is_team else "",
        unlisted=_unlisted(item),
    )
    return replace(message, **_unfolded(item, who)) if fold == OPEN else message


def _unlisted(item: contents.Shown) -> int:
    kept = sum(person.role in RECIPIENTS for person in item.people)
    return max(0, item.message.recipient_count - kept) if kept else 0


def folded(row: Message, who: Reader) -> ShownMessage:
    """A message of which the header is known."""
    return one(contents.Shown(row), None, who, FOLDED)


def _unfolded(item: contents.Shown, who: Reader) -> dict[str, Any]:
    """What is shown of an open message besides its head."""
    uid, html = item.message.uid, item.html
    more: dict[str, Any] = {
        "raw_url": reverse("inbox:raw", args=[who.slug, uid]),
        "attachments": tuple(_file(file, who) for file in item.files if _is_listed(file, html)),
        "report": reports.report(item, who.slug),
        "tracked": tuple(item.tracked),
    }
    if not html:
        pieces = quotes.split_text(item.text)
        return more | {"pieces": tuple(each for each in pieces if each[1].strip())}
    frame = reverse("inbox:body", args=[who.slug, uid])
    more |= {
        "has_html": True,
        "frame_url": frame,
        "images_url": f"{frame}?images=1",
        "trust_url": reverse("inbox:trust", args=[who.slug, uid]),
    }
    if item.is_trusted:
        return more | {"frame_url": more["images_url"]}
    return more | {"blocked_images": images.count_remote(html)}


def _is_listed(file: contents.File, html: str) -> bool:
    """Pictures that the text shows are not listed again below it."""
    return not (file.is_inline and file.cid and file.cid in images.cids(html))


def _file(file: contents.File, who: Reader) -> File:
    url = reverse("inbox:attachment", args=[who.slug, file.uid])
    name = file.filename or names.made(file.content_type)
    return File(name, file.size, url, file.content_type.startswith("image/"))


def _people(people: Iterable[contents.Party], role: str, who: Reader) -> People:
    return tuple((p.name, p.address, p.address in who.personal) for p in people if p.role == role)
