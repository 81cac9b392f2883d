"""A mailbox on an IMAP server (RFC 3501), with what newer servers add where they do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

from crm.workspaces import guard
from sync.providers import (
    errors,
    imap_append,
    imap_apply,
    imap_changes,
    imap_fetch,
    imap_folders,
    imap_history,
    imap_listing,
    imap_refusals,
    imap_sent,
    imap_session,
    imap_tokens,
)
from sync.providers.base import (
    ActionResult,
    Budget,
    Capabilities,
    ChangePage,
    Cursor,
    Endpoint,
    Fetched,
    FetchError,
    FolderStatus,
    Gone,
    Identity,
    Login,
    Poll,
    RemoteAction,
    RemoteFolder,
    RemoteRef,
    RemoteState,
    SentProbe,
)
from sync.providers.imap_session import Session
from sync.providers.imap_wire import Reply


class ImapProvider:
    """Implements MailProvider; connects at the first need and again after a failure."""

    def __init__(
        self,
        endpoint: Endpoint,
        login: Login,
        *,
        policy: guard.Policy,
        timeout: float = 30.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.endpoint = endpoint
        self.login = login
        self.policy = policy
        self.timeout = timeout
        self.clock = clock
        self._live: Session | None = None

    @property
    def session(self) -> Session:
        """The signed-in connection; not to be used where connecting is forbidden."""
        if self.policy.before_connect:
            self.policy.before_connect()
        if self._live is None or not self._live.is_open:
            session = imap_session.connect(self.endpoint, policy=self.policy, timeout=self.timeout)
            try:
                session.sign_in(self.login)
            except BaseException:
                session.wire.close()
                raise
            self._live = session
        return self._live

    @property
    def caps(self) -> Capabilities:
        return self.session.caps

    def folders(self) -> tuple[RemoteFolder, ...]:
        return imap_folders.listing(self.session)

    def poll(self, cursors: Mapping[str, Cursor | None]) -> Poll:
        """One STATUS per folder, all sent in one go."""
        session, names = self.session, list(cursors)
        if session.folder in cursors:
            # The open folder's STATUS is as of the last news we took, so take them.
            session.run(b"NOOP")
        status: dict[str, FolderStatus] = {}
        missing = []
        told: FolderStatus | None = None
        commands = [session.status_command(name) for name in names]
        if any(isinstance(part, imap_tokens.Literal) for parts in commands for part in parts):
            return self._poll_each(cursors)
        waiting = iter(names)
        for item in session.many(commands):
            if not isinstance(item, Reply):
                told = imap_session.read_status(item) if item.kind == b"STATUS" else told
                continue
            name = next(waiting)
            if item.status == b"OK" and told:
                status[name] = told
            else:
                missing.append(_missing(name, item))
            told = None
        return _poll(cursors, status, missing)

    def _poll_each(self, cursors: Mapping[str, Cursor | None]) -> Poll:
        """The same for names that need literals, which can't be sent in one go."""
        status: dict[str, FolderStatus] = {}
        missing = []
        for name in cursors:
            try:
                responses = self.session.run(*self.session.status_command(name))
            except (errors.Permanent, errors.RemoteGone, errors.InsufficientPermissions):
                missing.append(name)
                continue
            told = [r for r in responses if r.kind == b"STATUS"]
            if told:
                status[name] = imap_session.read_status(told[-1])
        return _poll(cursors, status, missing)

    def changes(
        self, folder: str, cursor: Cursor | None, page: Cursor | None, budget: Budget
    ) -> ChangePage:
        if cursor is not None:
            return imap_changes.Round(self.session, folder, cursor, self.clock).run(page, budget)
        status = imap_changes.opened(self.session, folder)
        low = status.next if status.messages else 1
        return ChangePage(
            folder=folder,
            generation=status.generation,
            next_cursor=imap_changes.position(status, low=low, swept=self.clock()),
            complete=low <= 1,
            status=status,
        )

    def history(
        self, folder: str, cursor: Cursor, budget: Budget, *, since: date | None = None
    ) -> ChangePage:
        return imap_history.older(self.session, folder, cursor, budget, since)

    def snapshot(self, folder: str, page: Cursor | None, budget: Budget) -> ChangePage:
        return imap_history.whole(self.session, folder, page, budget, self.clock)

    def fetch(
        self, refs: Sequence[RemoteRef], budget: Budget
    ) -> Iterator[Fetched | Gone | FetchError]:
        for group in _by_folder(refs):
            self._read(group[0])
            yield from imap_fetch.fetch(self.session, group, budget)

    def chunks(self, ref: RemoteRef, *, size: int = 4_194_304) -> Iterator[bytes]:
        self._read(ref)
        yield from imap_fetch.chunks(self.session, ref, size)

    def identities(self, refs: Sequence[RemoteRef]) -> Iterator[Identity]:
        for group in _by_folder(refs):
            self._read(group[0])
            yield from imap_fetch.identities(self.session, group)

    def probe(self, refs: Sequence[RemoteRef]) -> Iterator[RemoteState | Gone]:
        for group in _by_folder(refs):
            try:
                self._read(group[0])
            except (errors.RemoteGone, errors.CursorExpired):
                yield from (Gone(ref) for ref in group)
                continue
            session = self.session
            numbers = [ref.number for ref in group]
            told = imap_listing.each(session, numbers, imap_listing.LISTED)
            states = [imap_listing.state_of(session, items) for items in told]
            there = {state.ref.number: state for state in states if state}
            for ref in group:
                yield there.get(ref.number) or Gone(ref)

    def apply(self, action: RemoteAction) -> ActionResult:
        return imap_apply.apply(self.session, action)

    def append(
        self, folder: str, raw: bytes, flags: frozenset[str], at: datetime
    ) -> RemoteRef | None:
        return imap_append.append(self.session, folder, raw, flags, at)

    def find_sent(self, probe: SentProbe) -> RemoteRef | None:
        return imap_sent.find_sent(self.session, probe)

    def close(self) -> None:
        if self._live is not None:
            self._live.close()
            self._live = None

    def _read(self, ref: RemoteRef) -> None:
        """Have the message's folder open in the generation it was listed in."""
        session = self.session
        if session.folder != ref.folder:
            session.open(ref.folder)
        if session.generation != ref.generation:
            raise errors.CursorExpired(scope=ref.folder)


def _by_folder(refs: Sequence[RemoteRef]) -> Iterator[list[RemoteRef]]:
    groups: dict[tuple[str, int], list[RemoteRef]] = {}
    for ref in refs:
        groups.setdefault((ref.folder, ref.generation), []).append(ref)
    yield from groups.values()


def _missing(name: str, reply: Reply) -> str:
    """The name of a folder that can't be asked about; a busy server is another matter."""
    error = imap_refusals.command(reply, scope=name)
    if isinstance(error, errors.RateLimited | errors.Transient):
        raise error
    return name


def _poll(
    cursors: Mapping[str, Cursor | None], status: dict[str, FolderStatus], missing: list[str]
) -> Poll:
    moved = (n for n in status if imap_changes.has_moved(cursors[n], status[n]))
    return Poll(moved=tuple(moved), missing=tuple(missing), status=status)
