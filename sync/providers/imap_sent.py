"""Finds the copy of what we sent."""

from __future__ import annotations

from sync.providers import errors, imap_apply, imap_fetch, imap_listing, imap_tokens
from sync.providers.base import RemoteRef, SentProbe
from sync.providers.imap_session import Session

TAIL = 50


def find_sent(session: Session, probe: SentProbe) -> RemoteRef | None:
    """The newest message that bears our Message-ID, in the first folder that has one."""
    for folder in probe.folders:
        try:
            session.open(folder)
        except errors.RemoteGone:
            continue
        number = _by_search(session, probe) or _by_looking(session, probe)
        if number:
            return RemoteRef(folder, session.generation, number)
    return None


def _by_search(session: Session, probe: SentProbe) -> int | None:
    command = b"UID SEARCH "
    if probe.since:
        command += b"SINCE " + imap_tokens.format_day(probe.since) + b" "
    try:
        argument = imap_tokens.string(probe.message_id)
        found = imap_listing.search(session, command + b"HEADER Message-ID ", argument)
    except errors.Permanent:
        return None
    return max(found, default=None)


def _by_looking(session: Session, probe: SentProbe) -> int | None:
    """Where search lags behind or does not know the header: read the newest ones."""
    newest = imap_apply.newest_refs(session, TAIL)
    for identity in imap_fetch.identities(session, newest):
        if identity.message_id == probe.message_id:
            return identity.ref.number
    return None
