"""Lists messages of an open folder: number, flags, size and date, never bodies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sync.providers import imap_refusals, imap_tokens
from sync.providers.base import RemoteRef, RemoteState, Span
from sync.providers.imap_session import Session
from sync.providers.imap_tokens import LAST, Item
from sync.providers.imap_wire import Refused, Response

LISTED = b"(UID FLAGS RFC822.SIZE INTERNALDATE)"
FLAGS = b"(UID FLAGS)"


def state(session: Session, response: Response) -> RemoteState | None:
    """The message a FETCH response tells about; None for news without a number."""
    if response.kind != b"FETCH":
        return None
    return state_of(session, response.told)


def state_of(session: Session, told: dict[bytes, Item]) -> RemoteState | None:
    """The same from a FETCH response already taken apart."""
    number = imap_tokens.number(told.get(b"UID"))
    if number is None or b"FLAGS" not in told:
        return None
    size = imap_tokens.number(told.get(b"RFC822.SIZE"))
    return RemoteState(
        ref=RemoteRef(session.folder or "", session.generation, number, size),
        flags=imap_tokens.flags(told[b"FLAGS"]),
        size=size,
        internal_date=imap_tokens.parse_date(told.get(b"INTERNALDATE")),
        modseq=imap_tokens.number(told.get(b"MODSEQ")),
    )


def window(
    session: Session, span: Span, items: bytes = LISTED, modifier: bytes = b""
) -> list[RemoteState]:
    """The messages of a span of numbers, ascending."""
    found: dict[int, RemoteState] = {}
    command = b"UID FETCH %d:%d " % span
    for response in session.run(command, items, modifier, scope=session.folder or ""):
        told = state(session, response)
        # "5:9" in a folder that ends at 4 makes some servers answer with message 4.
        if told and span.first <= told.ref.number <= span.last:
            found[told.ref.number] = told
    return [found[number] for number in sorted(found)]


def present(session: Session, span: Span, since: date | None = None) -> list[int]:
    """Which numbers of a span exist, optionally only mail of a day or newer; ascending."""
    command = b"UID SEARCH UID %d:%d" % span
    if since:
        command += b" SINCE " + imap_tokens.format_day(since)
    return [n for n in search(session, command) if span.first <= n <= span.last]


def search(session: Session, *command: bytes) -> list[int]:
    """The numbers a search finds, ascending."""
    found: set[int] = set()
    for response in session.run(*command, scope=session.folder or ""):
        if response.kind == b"SEARCH":
            found.update(filter(None, map(imap_tokens.number, response.pieces[0].split())))
    return sorted(found)


def each(
    session: Session, numbers: Iterable[int], items: bytes, *, at_once: int = 400
) -> Iterator[dict[bytes, Item]]:
    """FETCH items of given messages, in portions; those that are gone are just not told."""
    wanted = sorted(set(numbers))
    for start in range(0, len(wanted), at_once):
        portion = wanted[start : start + at_once]
        chosen = set(portion)
        command = b"UID FETCH " + imap_tokens.number_set(portion) + b" "
        try:
            for response in session.stream(command, items):
                told = response.told
                if imap_tokens.number(told.get(b"UID")) in chosen:
                    yield told
        except Refused as refused:
            raise imap_refusals.command(refused.reply, scope=session.folder or "") from None


def of(session: Session, numbers: Iterable[int]) -> list[RemoteState]:
    """These messages as far as they exist, ascending."""
    states = [state_of(session, told) for told in each(session, numbers, LISTED)]
    return sorted((s for s in states if s), key=lambda s: s.ref.number)


def first(session: Session, span: Span, count: int) -> tuple[int, list[RemoteState]]:
    """The lowest messages of a wide span, and up to where that lists it."""
    numbers = present(session, span)
    end = span.last if len(numbers) <= count else numbers[count - 1]
    return end, of(session, numbers[:count])


def last(
    session: Session, span: Span, count: int, since: date | None
) -> tuple[int, list[RemoteState]]:
    """The highest messages of a wide span, and down to where that lists it."""
    numbers = present(session, span, since)
    start = span.first if len(numbers) <= count else numbers[-count]
    return start, of(session, numbers[-count:])


def highest(session: Session) -> int:
    """The highest number in use, for servers that do not tell the next one; 0 for none."""
    numbers = [
        imap_tokens.number(response.told.get(b"UID"))
        for response in session.run(b"FETCH * (UID)")
        if response.kind == b"FETCH"
    ]
    return max((number for number in numbers if number), default=0)


def changed(session: Session, span: Span, modseq: int) -> tuple[list[RemoteState], list[Span]]:
    """Flags that changed after `modseq` within a span, and what vanished (RFC 7162, 3.2)."""
    vanished = b" VANISHED" if session.qresync else b""
    session.vanished = []
    states = window(session, span, FLAGS, b" (CHANGEDSINCE %d%s)" % (modseq, vanished))
    gone, session.vanished = session.vanished, []
    return states, [Span(s.first, min(s.last, LAST)) for s in gone]
