"""What changed in a folder since a cursor: new mail, then flags, then what vanished.

The cursor is read before anything is listed, so mail that arrives meanwhile is found again
by the next round and nothing is skipped. Its fields: `generation`, `next` (first number not
yet listed), `low` (everything from here up is listed), `modseq`, `messages`, `swept`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from sync.providers import errors, imap_listing
from sync.providers.base import Budget, ChangePage, Cursor, FolderStatus, RemoteState, Span
from sync.providers.imap_session import Session
from sync.providers.imap_tokens import LAST, gaps

NEW = 1_000  # messages a page of new mail lists
LEAP = 400_000  # numbers one question about new mail spans where they lie far apart
WIDE = 10_000  # messages one question about changed flags spans
SWEEP = 4_000  # messages a page lists where only a full comparison shows changes
TAIL = 400  # newest messages looked at on every poll of a server without CONDSTORE
SWEEP_EVERY = 3_600
PAGE = 2_000


def integer(cursor: Cursor, key: str) -> int:
    """A number out of a stored cursor; 0 when it is not there."""
    value = cursor.get(key)
    return int(value) if isinstance(value, int | float) else 0


def has_moved(cursor: Cursor | None, status: FolderStatus) -> bool:
    """Whether a folder differs from its cursor as far as counts can tell."""
    if cursor is None or not status.modseq or not status.next:
        return True
    return differs(cursor, status)


def differs(cursor: Cursor | None, status: FolderStatus) -> bool:
    """The same where a server that never tells about flags is not worth a run each time."""
    if cursor is None:
        return True
    return (
        integer(cursor, "generation") != status.generation
        or integer(cursor, "next") != status.next
        or integer(cursor, "modseq") != (status.modseq or 0)
        or integer(cursor, "messages") != status.messages
    )


def position(status: FolderStatus, *, low: int, swept: float) -> Cursor:
    """The cursor that stands for a folder's status."""
    return {
        "generation": status.generation,
        "next": status.next,
        "low": low,
        "modseq": status.modseq,
        "messages": status.messages,
        "swept": int(swept),
    }


def opened(session: Session, folder: str) -> FolderStatus:
    """Open a folder and know its next number, asking for it where it was not told."""
    status = session.open(folder)
    if not status.next:
        highest = imap_listing.highest(session) if status.messages else 0
        status = replace(status, next=highest + 1)
    return status


class Round:
    """One call's worth of a round of changes, resumable by its page."""

    def __init__(
        self, session: Session, folder: str, cursor: Cursor, clock: Callable[[], float]
    ) -> None:
        self.session = session
        self.folder = folder
        self.cursor = cursor
        self.clock = clock
        self.upserts: list[RemoteState] = []
        self.gone: list[Span] = []
        self.sweeps = False

    def run(self, page: Cursor | None, budget: Budget) -> ChangePage:
        """The next page; see MailProvider.changes."""
        if page is None:
            page = self._begin()
        elif self.session.folder != self.folder:
            self._check(opened(self.session, self.folder))
        fresh = page["phase"] == "new"
        limit = min(PAGE, budget.messages)
        following: Cursor | None = page
        while following and len(self.upserts) < limit and not _over(budget):
            if fresh and following["phase"] != "new" and self.upserts:
                break  # new mail and changed flags never share a page
            fresh = following["phase"] == "new"
            following = self._step(following)
        return ChangePage(
            folder=self.folder,
            generation=integer(page, "generation"),
            upserts=tuple(self.upserts),
            gone=tuple(self.gone),
            fresh=fresh,
            next_page=following,
            next_cursor=None if following else self._end(page),
            status=_status(page),
        )

    def _check(self, status: FolderStatus) -> None:
        if status.generation != integer(self.cursor, "generation"):
            raise errors.CursorExpired(scope=self.folder)

    def _begin(self) -> Cursor:
        status = opened(self.session, self.folder)
        self._check(status)
        page = position(status, low=0, swept=0)
        # A server that lowers UIDNEXT lost mail or was restored; only a comparison tells.
        back = status.next < integer(self.cursor, "next")
        return page | {
            "phase": "new",
            "at": integer(self.cursor, "next"),
            "arrived": 0,
            "sweeps": back or status.generation == 0,
        }

    def _step(self, page: Cursor) -> Cursor | None:
        match page["phase"]:
            case "new":
                return self._new(page)
            case "flags":
                return self._flags(page)
        return self._sweep(page)

    def _new(self, page: Cursor) -> Cursor | None:
        at, end = integer(page, "at"), integer(page, "next")
        if at >= end:
            return self._after_new(page)
        last = min(at + NEW, end) - 1
        if end - at > 4 * NEW:
            # Some servers jump far ahead, and walking over nothing would take for ever.
            span = Span(at, min(at + LEAP, end) - 1)
            last, states = imap_listing.first(self.session, span, NEW)
        else:
            states = imap_listing.window(self.session, Span(at, last))
        self.upserts += states
        return page | {"at": last + 1, "arrived": integer(page, "arrived") + len(states)}

    def _after_new(self, page: Cursor) -> Cursor | None:
        """Ask for changes where the server can tell them, else compare."""
        known, now = integer(self.cursor, "modseq"), integer(page, "modseq")
        if known and now >= known:
            if now == known and not self._lost(page):
                return None
            return page | {"phase": "flags", "at": integer(self.cursor, "low")}
        due = self.clock() - integer(self.cursor, "swept") >= SWEEP_EVERY
        full = due or bool(page["sweeps"]) or bool(known or now) or self._lost(page)
        self.sweeps = full
        return page | {"phase": "sweep", "at": integer(self.cursor, "next") - 1, "sweeps": full}

    def _left(self, page: Cursor) -> int:
        """How many messages left the folder, from the counts alone."""
        expected = integer(self.cursor, "messages") + integer(page, "arrived")
        return expected - integer(page, "messages")

    def _lost(self, page: Cursor) -> bool:
        """Whether the counts leave anything unexplained."""
        return self._left(page) != 0

    def _flags(self, page: Cursor) -> Cursor | None:
        at, end = max(1, integer(page, "at")), integer(self.cursor, "next")
        spread = integer(page, "next") // max(1, integer(page, "messages"))
        last = min(at + WIDE * max(1, spread), LAST)
        if last >= end:
            last = LAST
        span = Span(at, last)
        states, gone = imap_listing.changed(self.session, span, integer(self.cursor, "modseq"))
        self.upserts += [s for s in states if s.ref.number < end]
        self.gone += gone
        told = integer(page, "told") + sum(max(0, min(s.last, end - 1) - s.first + 1) for s in gone)
        if last < LAST:
            return page | {"at": last + 1, "told": told}
        # Some servers forget to tell what vanished, and their counter moves on all the same.
        if self._left(page) > told or (not self.session.qresync and self._lost(page)):
            return page | {"phase": "absent", "at": end - 1}
        return None

    def _sweep(self, page: Cursor) -> Cursor | None:
        """Compare one window with the server, newest first; flags too where nobody tells them."""
        low = max(1, integer(self.cursor, "low"))
        last = integer(page, "at")
        spread = max(1, integer(page, "next") // max(1, integer(page, "messages")))
        self.sweeps = bool(page["sweeps"])
        width = SWEEP if self.sweeps or page["phase"] == "absent" else TAIL
        first = max(low, last - width * spread + 1)
        if first > last:
            return None
        if page["phase"] == "absent":
            there = imap_listing.present(self.session, Span(first, last))
        else:
            states = imap_listing.window(self.session, Span(first, last), imap_listing.FLAGS)
            self.upserts += states
            there = [state.ref.number for state in states]
        self.gone += gaps(there, first, last)
        tail_only = page["phase"] == "sweep" and not self.sweeps
        return None if tail_only or first <= low else page | {"at": first - 1}

    def _end(self, page: Cursor) -> Cursor:
        swept = self.clock() if self.sweeps else integer(self.cursor, "swept")
        low = min(integer(self.cursor, "low"), integer(page, "next"))
        return position(_status(page), low=low, swept=swept)


def _status(page: Cursor) -> FolderStatus:
    return FolderStatus(
        generation=integer(page, "generation"),
        next=integer(page, "next"),
        modseq=integer(page, "modseq") or None,
        messages=integer(page, "messages"),
    )


def _over(budget: Budget) -> bool:
    return budget.deadline is not None and time.monotonic() >= budget.deadline
