"""Reads the threads folder: the letters that lie in the mailboxes when the demo begins.

A file holds threads. A thread begins with `=== subject`, says `with:` whom and in whose `box:`,
and goes on with letters. `< 12 09:30` came in twelve days ago, `> 12 10:05` went out, `< 3h`
came three hours ago; the words after it are options (`unread`, `pdf=Offer.pdf`, `cc=bob`).
"""

import email
import email.policy
import hashlib
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from crm.config.demo import accounts, bounce, flyers, letter, maildrop, papers, people, quoting
from crm.config.demo.letter import Letter, Person

THREADS = Path(__file__).parent / "threads"
# Older incoming mail has been read, but for what the file calls unread.
READ_AFTER = timedelta(hours=6)
SELLER = "Acme Warehouse Systems"


@dataclass
class Entry:
    """One letter of a thread as the file writes it."""

    incoming: bool
    at: datetime
    words: tuple[str, ...]
    options: dict[str, str]
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


@dataclass
class Thread:
    """A conversation between the owner of a box and the people it is with."""

    subject: str
    box: accounts.Account = field(default_factory=lambda: accounts.by_key("alice"))
    others: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    pictures: str = ""


@dataclass(frozen=True)
class Delivery:
    """One message in one folder of one account."""

    account: accounts.Account
    folder: str
    raw: bytes
    at: datetime
    flags: tuple[str, ...]


def seed(data: Path, now: datetime, *, pictures: str) -> int:
    """Fills the mailboxes, oldest letter first, and returns how many messages that made.

    `pictures` is the address of the server that has the pictures of newsletters.
    """
    found = list(threads(now))
    for thread in found:
        thread.pictures = pictures
    deliveries = sorted(
        (d for thread in found for d in deliveries_of(thread, now)), key=lambda d: d.at
    )
    for account in accounts.ACCOUNTS:
        maildrop.create(data, account)
    for delivery in deliveries:
        maildrop.deliver(
            data,
            delivery.account,
            delivery.raw,
            at=delivery.at,
            folder=delivery.folder,
            flags=delivery.flags,
        )
    return len(deliveries)


def threads(now: datetime) -> Iterator[Thread]:
    """The threads of all files, their times counted back from `now`."""
    for place in sorted(THREADS.glob("*.txt")):
        thread: Thread | None = None
        for line in place.read_text(encoding="utf-8").splitlines():
            if line.startswith("=== "):
                if thread is not None:
                    yield thread
                thread = Thread(line[4:].strip())
            elif thread is not None:
                _read_line(thread, line, now)
        if thread is not None:
            yield thread


def deliveries_of(thread: Thread, now: datetime) -> Iterator[Delivery]:
    """What the thread puts into which folders."""
    previous: Letter | None = None
    for number, entry in enumerate(thread.entries):
        if "bounce" in entry.options and previous is not None:
            yield _bounced(thread, entry, previous)
            continue
        if "alone" in entry.words:
            previous = None
        written = letter.answering(_letter(thread, entry, number, previous is not None), previous)
        yield from _copies(thread, entry, written, now)
        previous = written


def _read_line(thread: Thread, line: str, now: datetime) -> None:
    key, _, value = line.partition(":")
    if not thread.entries and key == "with":
        thread.others = value.split()
    elif not thread.entries and key == "box":
        thread.box = accounts.by_key(value.strip())
    elif re.match(r"[<>] \d", line):
        thread.entries.append(_entry(line, now))
    elif thread.entries:
        thread.entries[-1].lines.append(line)


def _entry(line: str, now: datetime) -> Entry:
    mark, when, *rest = shlex.split(line)
    if when[-1] in "hm":
        unit = "hours" if when[-1] == "h" else "minutes"
        at = now - timedelta(**{unit: int(when[:-1])})
    else:
        clock = rest.pop(0)
        hour, minute = (int(part) for part in clock.split(":"))
        day = now - timedelta(days=int(when))
        at = day.replace(hour=hour, minute=minute, second=int(when) % 60, microsecond=0)
    pairs = [word.partition("=") for word in rest]
    options = {name: value for name, sign, value in pairs if sign}
    words = tuple(name for name, sign, _ in pairs if not sign)
    return Entry(mark == "<", at, words, options)


def _letter(thread: Thread, entry: Entry, number: int, is_reply: bool) -> Letter:
    """The letter without what it quotes."""
    ours = (thread.box.name, thread.box.address)
    theirs = _person(entry.options.get("from", thread.others[0]))
    customer = people.behind(_person(thread.others[0])[1])
    sender, to = (theirs, ours) if entry.incoming else (ours, theirs)
    text = entry.text + ("" if entry.incoming else f"\n\n{_our_signature(thread.box)}")
    if (
        entry.incoming
        and number == 0
        and "bare" not in entry.words
        and "flyer" not in entry.options
    ):
        text += f"\n\n{quoting.signature(people.behind(sender[1]))}"
    digest = hashlib.sha256(f"{thread.subject} {number} {entry.text}".encode()).hexdigest()[:20]
    flyer = entry.options.get("flyer")
    return Letter(
        sender=sender,
        to=(to,),
        cc=tuple(_person(key) for key in entry.options.get("cc", "").split(",") if key),
        subject=f"Re: {thread.subject}" if is_reply else thread.subject,
        text=text,
        at=entry.at.astimezone(people.behind(sender[1]).clock) if entry.incoming else entry.at,
        message_id=f"<{digest}@{sender[1].rpartition('@')[2]}>",
        language=customer.language or people.ENGLISH,
        outlook=customer.outlook and entry.incoming,
        plain="plain" in entry.words,
        markup=flyers.page(flyer, thread.subject, entry.text, pictures=thread.pictures)
        if flyer
        else "",
        enclosures=tuple(_enclosures(entry)),
        headers=_headers(entry),
    )


def _enclosures(entry: Entry) -> Iterator[letter.Enclosure]:
    for kind in papers.KINDS:
        if kind in entry.options:
            yield papers.make(kind, entry.options[kind], entry.at)
    if "inline" in entry.options:
        name = entry.options["inline"]
        yield papers.make("png", name, entry.at, cid=f"{name}@mail.test")


def _headers(entry: Entry) -> dict[str, str]:
    if "auto" in entry.words:
        return {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    if "flyer" in entry.options:
        return {"List-Unsubscribe": "<mailto:leave@lists.test>", "Precedence": "bulk"}
    return {}


def _copies(thread: Thread, entry: Entry, written: Letter, now: datetime) -> Iterator[Delivery]:
    """Our own copy, and one for each colleague who wrote or received it."""
    raw = written.build()
    unread = "unread" in entry.words or (entry.incoming and now - entry.at < READ_AFTER)
    flags: tuple[str, ...] = () if unread and "read" not in entry.words else (maildrop.SEEN,)
    flags += (maildrop.FLAGGED,) if "flagged" in entry.words else ()
    folder = entry.options.get("folder", "INBOX") if entry.incoming else "Sent"
    for person in {written.sender, *written.to, *written.cc}:
        account = accounts.by_address(person[1])
        if account == thread.box:
            yield Delivery(account, folder, raw, entry.at, flags if entry.incoming else ("S",))
        elif account is not None:
            place = "Sent" if person == written.sender else "INBOX"
            yield Delivery(account, place, raw, entry.at, ("S",))


def _bounced(thread: Thread, entry: Entry, previous: Letter) -> Delivery:
    original = email.message_from_bytes(previous.build(), policy=email.policy.default)
    raw = bounce.report(original, entry.options["bounce"], entry.at)
    return Delivery(thread.box, "INBOX", raw, entry.at, ())


def _person(key: str) -> Person:
    account = next((a for a in accounts.ACCOUNTS if a.key == key), None)
    if account is not None:
        return account.name, account.address
    known = people.behind(key) if "@" in key else people.by_key(key)
    return known.name, known.address


def _our_signature(account: accounts.Account) -> str:
    company = "Globex Packaging" if account.address.endswith("globex.test") else SELLER
    return f"{account.name}\n{company}"
