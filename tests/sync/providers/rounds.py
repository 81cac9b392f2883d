"""Whole rounds of changes, as the engine would run them."""

from __future__ import annotations

from sync.providers.base import Budget, ChangePage, Cursor
from sync.providers.imap import ImapProvider

PLENTY = Budget()


def start(provider: ImapProvider, folder: str = "INBOX") -> Cursor:
    page = provider.changes(folder, None, None, PLENTY)
    assert page.next_cursor is not None
    return page.next_cursor


def everything(
    provider: ImapProvider, cursor: Cursor, budget: Budget = PLENTY, folder: str = "INBOX"
) -> tuple[list[ChangePage], Cursor]:
    """All pages of one round, and the cursor it ends with."""
    pages = [provider.changes(folder, cursor, None, budget)]
    while pages[-1].next_page is not None:
        pages.append(provider.changes(folder, cursor, pages[-1].next_page, budget))
    end = pages[-1].next_cursor
    assert end is not None
    return pages, end


def numbers(pages: list[ChangePage]) -> list[int]:
    return [state.ref.number for page in pages for state in page.upserts]


def gone(pages: list[ChangePage]) -> set[int]:
    spans = [span for page in pages for span in page.gone]
    return {n for span in spans for n in range(span.first, min(span.last, 10_000) + 1)}
