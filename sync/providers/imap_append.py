"""Files mail in a folder (RFC 3501, 6.3.11; RFC 4315)."""

from __future__ import annotations

import re
from datetime import datetime

from sync.providers import errors, imap_apply, imap_fetch, imap_tokens
from sync.providers.base import RemoteRef
from sync.providers.imap_session import Session
from sync.providers.imap_tokens import Literal
from sync.providers.imap_wire import words

_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")


def append(
    session: Session, folder: str, raw: bytes, flags: frozenset[str], at: datetime
) -> RemoteRef | None:
    """File a message; where it landed if the server has UIDPLUS.

    Raises RemoteGone for a folder that does not exist, Permanent for a message too large.
    """
    limit = session.caps.max_message
    if limit is not None and len(raw) > limit:
        raise errors.too_large(limit, scope=folder)
    body = _BARE.sub(b"\r\n", raw)
    head = (b"APPEND ", imap_tokens.string(folder), b" ", imap_apply.flag_list(flags), b" ")
    parts = (*head, imap_tokens.format_date(at), b" ", Literal(body))
    timeout = 60 + len(body) / imap_fetch.SLOWEST
    for response in session.run_all(*parts, timeout=timeout, scope=folder):
        told = words(response.kind, response.pieces[0]) if response.kind == b"OK" else None
        if told and told.code == b"APPENDUID":
            generation, number = map(imap_tokens.number, told.argument.partition(b" ")[::2])
            if generation is not None and number is not None:
                return RemoteRef(folder, generation, number, len(body))
    return None
