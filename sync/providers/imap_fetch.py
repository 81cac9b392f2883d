"""Gets messages as raw bytes, in batches bounded by count and size, as they arrive."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from sync.providers import errors, imap_listing, imap_refusals, imap_tokens
from sync.providers.base import Budget, Fetched, FetchError, Gone, Identity, RemoteRef
from sync.providers.imap_session import Session
from sync.providers.imap_tokens import Item
from sync.providers.imap_wire import Refused

Outcome = Fetched | Gone | FetchError

BATCH = 200
OCTETS = 2_000_000
LARGE = 52_428_800  # beyond this a mail is kept, but neither held in memory nor parsed
SLOWEST = 20_000  # octets per second below which a server counts as stuck

_WHOLE = b"(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])"
_HEADER = b"(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])"
_NAMES = b"(UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"


def fetch(session: Session, refs: Sequence[RemoteRef], budget: Budget) -> Iterator[Outcome]:
    """Outcomes for messages of the open folder; stops between batches when time is up."""
    sized, gone = _sized(session, refs)
    yield from gone
    done = 0
    for batch in _batches(sized):
        spent = budget.deadline is not None and time.monotonic() >= budget.deadline
        if done and (spent or done >= budget.octets):
            return
        done += sum(size for _, size in batch)
        if batch[0][1] > LARGE:
            yield from _read(session, [batch[0][0]], _HEADER, batch[0][1])
        else:
            total = sum(size for _, size in batch)
            yield from _read(session, [ref for ref, _ in batch], _WHOLE, total)


def _sized(
    session: Session, refs: Sequence[RemoteRef]
) -> tuple[list[tuple[RemoteRef, int]], list[Gone]]:
    """Every message with its size, asking for those nobody told us."""
    unknown = {ref.number for ref in refs if ref.size is None}
    sizes: dict[int, int] = {}
    for told in imap_listing.each(session, unknown, b"(UID RFC822.SIZE)"):
        number = imap_tokens.number(told.get(b"UID"))
        if number is not None:
            sizes[number] = imap_tokens.number(told.get(b"RFC822.SIZE")) or 0
    sized: list[tuple[RemoteRef, int]] = []
    gone = []
    for ref in refs:
        size = ref.size if ref.size is not None else sizes.get(ref.number)
        if size is None:
            gone.append(Gone(ref))
        else:
            sized.append((ref, size))
    return sized, gone


def _batches(sized: Sequence[tuple[RemoteRef, int]]) -> Iterator[list[tuple[RemoteRef, int]]]:
    batch: list[tuple[RemoteRef, int]] = []
    total = 0
    for ref, size in sized:
        if batch and (len(batch) >= BATCH or total + size > OCTETS):
            yield batch
            batch, total = [], 0
        batch.append((ref, size))
        total += size
    if batch:
        yield batch


def _read(session: Session, refs: list[RemoteRef], items: bytes, octets: int) -> Iterator[Outcome]:
    """One batch; what did not come is looked at one by one if the server refused."""
    missing = {ref.number: ref for ref in refs}
    command = b"UID FETCH " + imap_tokens.number_set(missing) + b" "
    refused: errors.ProviderError | None = None
    try:
        for response in session.stream(command, items, timeout=60 + octets / SLOWEST):
            told = response.told
            number = imap_tokens.number(told.get(b"UID"))
            key = b"BODY[]" if items is _WHOLE else b"BODY[HEADER]"
            if number in missing and isinstance(told.get(key), bytes):
                yield _fetched(missing.pop(number), told, key)
    except Refused as refusal:
        refused = imap_refusals.command(refusal.reply, scope=session.folder or "")
        if isinstance(refused, errors.RateLimited):
            raise refused from None
    except errors.Transient as error:
        error.suspect = min(missing, default=None)
        raise
    yield from _explain(session, missing, refused, items)


def _fetched(ref: RemoteRef, told: dict[bytes, Item], key: bytes) -> Fetched:
    raw = told[key]
    assert isinstance(raw, bytes)
    return Fetched(
        ref=ref,
        raw=raw,
        flags=imap_tokens.flags(told.get(b"FLAGS")),
        internal_date=imap_tokens.parse_date(told.get(b"INTERNALDATE")),
        size=len(raw) if key == b"BODY[]" else imap_tokens.number(told.get(b"RFC822.SIZE")) or 0,
        complete=key == b"BODY[]",
    )


def _explain(
    session: Session,
    missing: dict[int, RemoteRef],
    refused: errors.ProviderError | None,
    items: bytes,
) -> Iterator[Outcome]:
    """Why messages did not come: gone, or one the server can't read among good ones."""
    if not missing:
        return
    told = imap_listing.each(session, missing, b"(UID)")
    there = {imap_tokens.number(found.get(b"UID")) for found in told}
    left = [ref for number, ref in missing.items() if number in there]
    yield from (Gone(ref) for number, ref in missing.items() if number not in there)
    if len(left) == 1:
        raw = refused.raw if refused else "no body"
        yield FetchError(left[0], errors.Poison(raw=raw, scope=left[0].folder))
        return
    for ref in left:
        yield from _read(session, [ref], items, ref.size or OCTETS)


def chunks(session: Session, ref: RemoteRef, size: int) -> Iterator[bytes]:
    """One message's bytes in pieces of at most `size`; raises RemoteGone when it is not there."""
    offset = 0
    while True:
        command = b"UID FETCH %d (UID BODY.PEEK[]<%d.%d>)" % (ref.number, offset, size)
        piece: Item = None
        for response in session.run(command, timeout=60 + size / SLOWEST, scope=ref.folder):
            told = response.told
            if imap_tokens.number(told.get(b"UID")) == ref.number:
                piece = next((v for k, v in told.items() if k.startswith(b"BODY[]")), None)
        if not isinstance(piece, bytes):
            if offset:
                return
            raise errors.RemoteGone("message.gone", scope=ref.folder)
        if piece:
            yield piece
        offset += len(piece)
        if len(piece) < size:
            return


def identities(session: Session, refs: Sequence[RemoteRef]) -> Iterator[Identity]:
    """Message-ID, size, date and the server's own id of messages of the open folder."""
    wanted = {ref.number: ref for ref in refs}
    own = b""
    if "OBJECTID" in session.names:
        own = b" EMAILID"
    elif "X-GM-EXT-1" in session.names:
        own = b" X-GM-MSGID"
    for told in imap_listing.each(session, wanted, _NAMES + own + b")"):
        header = next((v for k, v in told.items() if k.startswith(b"BODY[")), b"")
        yield Identity(
            ref=wanted[imap_tokens.number(told[b"UID"]) or 0],
            message_id=_message_id(header),
            size=imap_tokens.number(told.get(b"RFC822.SIZE")) or 0,
            internal_date=imap_tokens.parse_date(told.get(b"INTERNALDATE")),
            flags=imap_tokens.flags(told.get(b"FLAGS")),
            remote_id=_own_id(told.get(own.strip())),
        )


def _message_id(header: Item) -> str:
    if not isinstance(header, bytes):
        return ""
    _, _, value = header.partition(b":")
    return " ".join(value.decode("utf-8", "replace").split())


def _own_id(told: Item) -> str:
    value = told[0] if isinstance(told, list) and told else told
    return value.decode("latin-1") if isinstance(value, bytes) else ""
