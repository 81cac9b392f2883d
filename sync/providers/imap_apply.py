"""Changes messages on the server: flags as deltas, moves, deletion of named messages only."""

from __future__ import annotations

import re

from sync.providers import errors, imap_fetch, imap_listing, imap_tokens
from sync.providers.base import ActionResult, Op, RemoteAction, RemoteRef
from sync.providers.imap_session import Session
from sync.providers.imap_wire import Response, words

_FLAG = re.compile(r"\\?[^\x00-\x20\x7f-\U0010ffff(){%*\"\\\]]+")
_DELETED = b" +FLAGS.SILENT (\\Deleted)"
TAIL = 100
LONGEST = 10_000


def apply(session: Session, action: RemoteAction) -> ActionResult:
    """Do it once more without harm; messages that are no longer there are reported, not errors."""
    if not action.refs:
        return ActionResult(done=())
    folder, generation = action.refs[0].folder, action.refs[0].generation
    status = session.open(folder, write=True)
    if status.generation != generation:
        raise errors.CursorExpired(scope=folder)
    wanted = imap_tokens.number_set(ref.number for ref in action.refs)
    there = set(imap_listing.search(session, b"UID SEARCH UID ", wanted))
    found = tuple(ref for ref in action.refs if ref.number in there)
    gone = tuple(ref for ref in action.refs if ref.number not in there)
    if not found:
        return ActionResult(done=(), gone=gone)
    moved: dict[RemoteRef, RemoteRef] = {}
    if action.op is Op.FLAGS:
        _flag(session, found, action)
    elif action.op is Op.MOVE:
        moved = _move(session, found, action.to)
    else:
        _delete(session, found)
    return ActionResult(done=found, gone=gone, moved=moved)


def _set(refs: tuple[RemoteRef, ...]) -> bytes:
    return imap_tokens.number_set(ref.number for ref in refs)


def flag_list(flags: frozenset[str]) -> bytes:
    """Flags as an argument; what could not be a flag is refused, not sent."""
    for flag in flags:
        if not _FLAG.fullmatch(flag):
            raise errors.Permanent(raw="not a flag")
    return b"(" + " ".join(sorted(flags)).encode("ascii") + b")"


def _flag(session: Session, refs: tuple[RemoteRef, ...], action: RemoteAction) -> None:
    for sign, flags in ((b"+", action.add), (b"-", action.remove)):
        if flags:
            command = b"UID STORE " + _set(refs) + b" " + sign + b"FLAGS.SILENT "
            session.run(command, flag_list(flags), scope=refs[0].folder)


def _delete(session: Session, refs: tuple[RemoteRef, ...]) -> None:
    """Expunge these and no others; without UIDPLUS they stay, marked as deleted."""
    session.run(b"UID STORE " + _set(refs) + _DELETED, scope=refs[0].folder)
    if session.caps.uidplus:
        session.run(b"UID EXPUNGE " + _set(refs), scope=refs[0].folder)


def _move(session: Session, refs: tuple[RemoteRef, ...], target: str) -> dict[RemoteRef, RemoteRef]:
    if target == refs[0].folder:
        return {}
    if session.caps.move:
        command = (b"UID MOVE " + _set(refs) + b" ", imap_tokens.string(target))
        return _copied(session.run_all(*command, scope=target), refs, target)
    return _move_by_copy(session, refs, target)


def _move_by_copy(
    session: Session, refs: tuple[RemoteRef, ...], target: str
) -> dict[RemoteRef, RemoteRef]:
    """COPY, then delete. A copy left by an attempt that broke off is found and not repeated."""
    names = {i.ref.number: i.message_id for i in imap_fetch.identities(session, refs)}
    already = _find_copies(session, refs, names, target)
    source = refs[0].folder
    session.open(source, write=True)
    rest = tuple(ref for ref in refs if ref not in already)
    if rest:
        command = (b"UID COPY " + _set(rest) + b" ", imap_tokens.string(target))
        already |= _copied(session.run_all(*command, scope=target), rest, target)
    _delete(session, refs)
    unplaced = tuple(ref for ref in refs if ref not in already)
    if unplaced:
        already |= _find_copies(session, unplaced, names, target)
    return already


def _find_copies(
    session: Session, refs: tuple[RemoteRef, ...], names: dict[int, str], target: str
) -> dict[RemoteRef, RemoteRef]:
    """Where in the target's newest messages these are, by their Message-ID."""
    session.open(target)
    newest = newest_refs(session, TAIL)
    by_name = {i.message_id: i.ref for i in imap_fetch.identities(session, newest)}
    return {
        ref: by_name[names[ref.number]]
        for ref in refs
        if names.get(ref.number) and names[ref.number] in by_name
    }


def newest_refs(session: Session, count: int) -> list[RemoteRef]:
    """The newest messages of the open folder, by place, so that its size does not matter."""
    if not session.messages:
        return []
    first = max(1, session.messages - count + 1)
    numbers = [
        imap_tokens.number(response.told.get(b"UID"))
        for response in session.run(b"FETCH %d:* (UID)" % first)
        if response.kind == b"FETCH"
    ]
    return [RemoteRef(session.folder or "", session.generation, n) for n in numbers if n]


def _copied(
    replies: list[Response], refs: tuple[RemoteRef, ...], target: str
) -> dict[RemoteRef, RemoteRef]:
    """Where messages went, from COPYUID (RFC 4315, 3), whichever response carries it."""
    moved: dict[RemoteRef, RemoteRef] = {}
    by_number = {ref.number: ref for ref in refs}
    for reply in replies:
        told = words(reply.kind, reply.pieces[0]) if reply.kind == b"OK" else None
        if not told or told.code != b"COPYUID":
            continue
        generation, _, sets = told.argument.partition(b" ")
        sources, _, targets = sets.partition(b" ")
        number = imap_tokens.number(generation)
        for old, new in zip(_each(sources), _each(targets), strict=False):
            if old in by_number and number is not None:
                moved[by_number[old]] = RemoteRef(target, number, new)
    return moved


def _each(text: bytes) -> list[int]:
    """Numbers of a set in the order written, which is what pairs them."""
    numbers: list[int] = []
    for part in text.split(b","):
        for first, last in imap_tokens.spans(part):
            numbers += range(first, min(last, first + LONGEST) + 1)
    return numbers
