"""Lists a folder's older mail window by window, newest first, and whole folders anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sync.providers import errors, imap_changes, imap_listing
from sync.providers.base import Budget, ChangePage, Cursor, FolderStatus, RemoteState, Span
from sync.providers.imap_changes import integer
from sync.providers.imap_session import Session
from sync.providers.imap_tokens import gaps

WINDOW = 2_000
WIDEST = 20_000
SPARSE = 4


def older(
    session: Session, folder: str, cursor: Cursor, budget: Budget, since: date | None
) -> ChangePage:
    """The next mail below the cursor's `low`, newest first; see MailProvider.history."""
    generation = integer(cursor, "generation")
    if session.folder != folder or session.generation != generation:
        status = imap_changes.opened(session, folder)
        if status.generation != generation:
            raise errors.CursorExpired(scope=folder)
    low = integer(cursor, "low")
    limit = min(budget.messages, WINDOW)
    spread = _spread(integer(cursor, "next"), integer(cursor, "messages"))
    width = limit * spread
    found: list[RemoteState] = []
    # Sparse stretches are crossed in growing steps, up to one page's worth of mail.
    for _ in range(20):
        if low <= 1 or (found and len(found) * 2 >= limit):
            break
        span = Span(max(1, low - width), low - 1)
        low, states = _window(session, span, limit, since, is_sparse=spread > SPARSE)
        found += reversed(states)
        width = min(width * 2, max(width, WIDEST))
    return ChangePage(
        folder=folder,
        generation=generation,
        upserts=tuple(found),
        fresh=False,
        next_cursor=cursor | {"low": max(1, low)},
        complete=low <= 1,
    )


def _spread(following: int, messages: int) -> int:
    """How many numbers there are to each message that exists."""
    return max(1, following // max(1, messages))


def _window(
    session: Session, span: Span, limit: int, since: date | None, *, is_sparse: bool
) -> tuple[int, list[RemoteState]]:
    """A span's messages and down to where they are listed; numbers may lie in heaps."""
    if since or is_sparse:
        return imap_listing.last(session, span, limit, since)
    return span.first, imap_listing.window(session, span)


def whole(
    session: Session,
    folder: str,
    page: Cursor | None,
    budget: Budget,
    clock: Callable[[], float],
) -> ChangePage:
    """One page of a full listing, newest first; see MailProvider.snapshot."""
    if page is None:
        status = imap_changes.opened(session, folder)
        page = imap_changes.position(status, low=1, swept=0) | {"at": status.next - 1}
    elif session.folder != folder:
        status = imap_changes.opened(session, folder)
        if status.generation != integer(page, "generation"):
            raise errors.CursorExpired(scope=folder)
    last, following = integer(page, "at"), integer(page, "next")
    limit, spread = min(budget.messages, WINDOW), _spread(following, integer(page, "messages"))
    low, states = max(1, last - limit * spread + 1), list[RemoteState]()
    if last:
        low, states = _window(session, Span(low, last), limit, None, is_sparse=spread > SPARSE)
    complete = low <= 1
    status = FolderStatus(
        integer(page, "generation"),
        following,
        integer(page, "modseq") or None,
        integer(page, "messages"),
    )
    return ChangePage(
        folder=folder,
        generation=status.generation,
        upserts=tuple(reversed(states)),
        gone=gaps((s.ref.number for s in states), low, last),
        fresh=False,
        next_page=None if complete else page | {"at": low - 1},
        next_cursor=imap_changes.position(status, low=1, swept=clock()) if complete else None,
        complete=complete,
        status=status,
    )
