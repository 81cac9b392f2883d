"""Waits for news on a folder over a connection that costs little (RFC 2177).

For a process that keeps many of these: each has a file number for a selector, no thread and
no read buffer to speak of. A watch says only that something changed, never what; servers
do not push everything anyway.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping

from crm.workspaces import guard
from sync.providers import errors, imap_changes, imap_refusals, imap_session
from sync.providers.base import Cursor, Endpoint, Login
from sync.providers.imap_session import Session
from sync.providers.imap_wire import Refused, Reply, Response

BUFFER = 2_048
SHORTEST, LONGEST = 9 * 60.0, 25 * 60.0  # servers may drop a client that idles for 30 minutes
_NEWS = {b"EXISTS", b"EXPUNGE", b"FETCH", b"RECENT", b"VANISHED"}


class Watch:
    """One mailbox's connection. The calls that say so may block for up to `timeout` seconds."""

    def __init__(
        self,
        endpoint: Endpoint,
        login: Login,
        *,
        policy: guard.Policy,
        timeout: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.endpoint = endpoint
        self.login = login
        self.policy = policy
        self.timeout = timeout
        self.clock = clock
        self.folder = ""
        self.reissue_at = 0.0
        self._session: Session | None = None
        self._tag: bytes | None = None
        self._line = b""

    def fileno(self) -> int:
        """For selectors; -1 once closed."""
        return self._session.wire.sock.fileno() if self._session else -1

    @property
    def can_idle(self) -> bool:
        """Whether the server pushes at all; else only `look` brings news."""
        return bool(self._session and self._session.caps.idle)

    def open(self, folder: str) -> None:
        """Connect, sign in and open the folder to watch. Blocks."""
        self.close()
        session = imap_session.connect(
            self.endpoint, policy=self.policy, timeout=self.timeout, buffer=BUFFER
        )
        self._session = session
        try:
            session.sign_in(self.login)
            session.open(folder)
        except BaseException:
            self.close()
            raise
        self.folder = folder

    def start(self) -> bool:
        """Begin to wait; whether something changed already. Blocks until the server agrees.

        On a server without IDLE this only sets when to look next.
        """
        session = self._open_session()
        self.reissue_at = self.clock() + random.uniform(SHORTEST, LONGEST)
        self._line = b""
        if not self.can_idle:
            return False
        # Servers push what happens from now on; what came just before would stay unsaid.
        session.run(b"NOOP")
        try:
            self._tag, before = session.wire.begin(b"IDLE")
        except Refused as refused:
            raise imap_refusals.command(refused.reply, scope=self.folder) from None
        changed = session.changed or any(_is_news(response) for response in before)
        session.changed = False
        # News may have come in the same breath; a selector would not tell of it any more.
        return self.on_readable() or changed

    def on_readable(self) -> bool:
        """Take what has arrived; whether it is news. Never blocks.

        Raises Transient when the server has left, RateLimited when it said that is why.
        """
        session = self._open_session()
        changed = False
        while data := session.wire.read_now():
            *lines, self._line = (self._line + data).split(b"\n")
            for line in lines:
                changed = changed or _tells_news(line)
                if line.upper().startswith(b"* BYE"):
                    self._leave(line)
            # A line without end is not read into memory for ever.
            self._line = self._line[-4096:]
        if data is None:
            self.close()
            raise errors.Transient("connect.lost")
        return changed

    def done(self) -> bool:
        """Stop waiting; whether something changed meanwhile. Blocks.

        No answer in time means a dead connection: Transient, open a new one.
        """
        session = self._open_session()
        if self._tag is None:
            return False
        changed = self.on_readable()
        tag, self._tag = self._tag, None
        session.wire.put(b"DONE")
        for item in session.wire.finish(tag):
            changed = changed or (isinstance(item, Response) and _is_news(item))
        return changed

    def is_due(self) -> bool:
        """Whether it is time to `look` or to begin anew, lest the server thinks us dead."""
        return self.clock() >= self.reissue_at

    def look(self, cursors: Mapping[str, Cursor | None]) -> tuple[str, ...]:
        """Which of these folders moved, asked on the same connection; waits on after. Blocks."""
        session = self._open_session()
        moved = {self.folder} if self.done() else set()
        if not self.can_idle:
            session.run(b"NOOP")
        for name in cursors:
            if self._moved(session, name, cursors[name]):
                moved.add(name)
        if self.start() or session.changed:
            moved.add(self.folder)
        session.changed = False
        return tuple(dict.fromkeys(name for name in (self.folder, *cursors) if name in moved))

    def _moved(self, session: Session, name: str, cursor: Cursor | None) -> bool:
        try:
            responses = session.run(*session.status_command(name), scope=name)
        except (errors.RemoteGone, errors.Permanent, errors.InsufficientPermissions):
            return True
        told = [response for response in responses if response.kind == b"STATUS"]
        return bool(told) and imap_changes.differs(cursor, imap_session.read_status(told[-1]))

    def close(self) -> None:
        """Hang up."""
        if self._session:
            self._session.wire.close()
        self._session = None
        self._tag = None

    def _open_session(self) -> Session:
        if self._session is None or not self._session.is_open:
            raise errors.Transient("connect.lost")
        return self._session

    def _leave(self, line: bytes) -> None:
        self.close()
        raise imap_refusals.farewell(Reply(b"BYE", b"", b"", line[6:].strip()))


def _is_news(response: Response) -> bool:
    return response.kind in _NEWS


def _tells_news(line: bytes) -> bool:
    words = line.upper().split(b" ", 3)
    return words[0] == b"*" and any(word.strip() in _NEWS for word in words[1:3])
