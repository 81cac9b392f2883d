"""Whatever a server writes, a driver raises its own errors or none."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.providers import errors, imap_apply, imap_changes, imap_fetch, imap_folders, imap_history
from sync.providers.base import Budget, Op, RemoteAction, RemoteRef
from sync.providers.imap_session import Session
from sync.providers.imap_wire import Wire

REF = RemoteRef("INBOX", 7, 2)
WORDS = st.sampled_from(
    [b"* ", b"1 ", b"FETCH ", b"(", b")", b"UID ", b"2 ", b"FLAGS ", b'"', b"\\Seen ", b"BODY[] ",
     b"{3}\r\nabc", b"{9999}\r\n", b"\r\n", b"VANISHED ", b"(EARLIER) ", b"1:*,3 ", b"9" * 30,
     b"SEARCH ", b"LIST ", b"STATUS ", b"NIL ", b"OK ", b"[COPYUID 1 x 3:1] ", b"[UIDNEXT ",
     b"] ", b"f2 ", b"f3 NO ", b"EXISTS ", b"[", b"\0", b"\xff", b"RFC822.SIZE ", b"INTERNALDATE ",
     b"9" * 5000 + b" ", b"{" + b"9" * 5000 + b"}\r\n", b"(" * 3000]
)  # fmt: skip
DOINGS: list[Callable[[Session], object]] = [
    imap_folders.listing,
    lambda session: imap_changes.opened(session, "INBOX"),
    lambda session: imap_history.whole(session, "INBOX", None, Budget(), lambda: 0.0),
    lambda session: list(imap_fetch.fetch(session, [REF], Budget())),
    lambda session: list(imap_fetch.identities(session, [REF])),
    lambda session: imap_apply.apply(session, RemoteAction(Op.MOVE, (REF,), to="Archive")),
]


@pytest.mark.parametrize("doing", DOINGS)
@settings(max_examples=150, deadline=None)
@given(noise=st.lists(st.lists(WORDS, max_size=12), min_size=1, max_size=6))
def test_it_survives_garbage(doing: Callable[[Session], object], noise: list[list[bytes]]) -> None:
    ours, theirs = socket.socketpair()
    opened = b"* OK [UIDVALIDITY 7] \r\n* 3 EXISTS\r\n"
    said = b"* SEARCH 2\r\n".join(
        b"* " + b"".join(line) + b"\r\n" + (opened if tag == 1 else b"") + b"f%d OK \r\n" % tag
        for tag, line in enumerate(noise, 1)
    )
    with ours, theirs:
        theirs.sendall(said)
        theirs.shutdown(socket.SHUT_WR)
        session = Session(Wire(ours, timeout=2.0))
        session.names = frozenset({"MOVE", "UIDPLUS"})
        session._prepared = True
        with contextlib.suppress(errors.ProviderError):
            doing(session)
