"""Waiting for news on many mailboxes in one process.

A listener reads no mail. It makes a mailbox due, and it looks at the other folders on the
connection it has open anyway. Several listeners share the mailboxes by advisory locks,
which end with the process that holds them.
"""

import logging
import selectors
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from django.db import transaction

from crm.workspaces import sealing, tenancy
from inbox.models import Folder
from sync.actions import claim, session
from sync.actions.session import Access
from sync.models import Connection, FolderCursor
from sync.providers import errors
from sync.providers.base import Cursor
from sync.providers.imap_idle import Watch

log = logging.getLogger(__name__)
LOCK = 0x46494F02
# Seconds between two counts of who is to be listened to, and between two looks at all folders
COUNT_EVERY, LOOK_EVERY = 5.0, 120.0
HEARD_FOR = LOOK_EVERY * 2
AT_ONCE = 50
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
# A connection that lived this long was a good one: the next failure starts from the shortest pause
GOOD_AFTER = 300.0
TURN = 0.5


@dataclass
class Ear:
    """One mailbox that is listened to."""

    workspace_id: int
    mailbox_id: int
    watch: Watch | None = None
    work: Future[bool] | None = None
    cursors: dict[str, Cursor | None] = field(default_factory=dict)
    failures: int = 0
    retry_at: float = 0.0
    opened_at: float = 0.0
    look_at: float = 0.0
    number: int = -1  # of the file the selector watches, -1 for none


class Listener:
    """Turns of a loop: who is to be heard, who spoke, whose time for a look has come."""

    def __init__(self) -> None:
        self.ears: dict[int, Ear] = {}
        self.selector = selectors.DefaultSelector()
        self.threads = ThreadPoolExecutor(8, thread_name_prefix="listener")
        self.count_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for ear in list(self.ears.values()):
            self._drop(ear)
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.selector.close()

    def turn(self, wait: float = TURN) -> None:
        """One turn; returns after something was heard, or after `wait` seconds."""
        now = time.monotonic()
        if now >= self.count_at:
            self.count_at = now + COUNT_EVERY
            self._count()
        due = self._settle() + self._hear(wait)
        for ear in self.ears.values():
            if ear.work is None:
                self._tend(ear, time.monotonic())
        claim.make_due(due)

    # Who is listened to

    def _count(self) -> None:
        """Take up new mailboxes and let go of those that are paused, failing or deleted."""
        wanted = {mailbox: workspace for workspace, mailbox in claim.listenable()}
        for mailbox_id in [known for known in self.ears if known not in wanted]:
            self._drop(self.ears.pop(mailbox_id))
            claim.unlock(LOCK, mailbox_id & 0x7FFFFFFF)
        fresh = [mailbox_id for mailbox_id in wanted if mailbox_id not in self.ears]
        for mailbox_id in fresh[:AT_ONCE]:
            if claim.try_lock(LOCK, mailbox_id & 0x7FFFFFFF):
                self.ears[mailbox_id] = Ear(wanted[mailbox_id], mailbox_id)
        heard = [e.mailbox_id for e in self.ears.values() if e.watch and e.watch.can_idle]
        if heard:
            claim.heard(heard, HEARD_FOR)

    def _drop(self, ear: Ear) -> None:
        self._unregister(ear)
        if ear.watch is not None:
            ear.watch.close()
            ear.watch = None

    # What is heard

    def _hear(self, wait: float) -> list[int]:
        """Mailboxes whose server said something."""
        due = []
        for key, _events in self.selector.select(wait):
            ear: Ear = key.data
            try:
                if ear.watch is not None and ear.watch.on_readable():
                    due.append(ear.mailbox_id)
            except errors.ProviderError as error:
                self._fail(ear, error)
        return due

    def _settle(self) -> list[int]:
        """Take the results of connecting and looking; mailboxes where there was news."""
        due = []
        for ear in self.ears.values():
            if ear.work is None or not ear.work.done():
                continue
            work, ear.work = ear.work, None
            try:
                news = work.result()
            except errors.ProviderError as error:
                self._fail(ear, error)
                continue
            if news:
                due.append(ear.mailbox_id)
            self._register(ear)
        return due

    def _tend(self, ear: Ear, now: float) -> None:
        """Connect what is not connected, look where it is time; the network is for threads."""
        if ear.watch is None:
            if now >= ear.retry_at:
                self._connect(ear, now)
        elif now >= ear.look_at or ear.watch.is_due():
            ear.look_at = now + LOOK_EVERY
            self._unregister(ear)
            ear.cursors = _cursors(ear)
            ear.work = self.threads.submit(_look, ear.watch, ear.cursors)

    def _connect(self, ear: Ear, now: float) -> None:
        found = _access(ear)
        if found is None:
            ear.retry_at = now + LONGEST_PAUSE
            return
        ear.watch = Watch(found.imap, found.login, policy=session.policy())
        ear.opened_at, ear.look_at = now, now + LOOK_EVERY
        ear.work = self.threads.submit(_open, ear.watch)

    def _fail(self, ear: Ear, error: errors.ProviderError) -> None:
        """Hang up and come back later; the reading lane finds out what is wrong and says so."""
        self._drop(ear)
        now = time.monotonic()
        ear.failures = 1 if now - ear.opened_at >= GOOD_AFTER else ear.failures + 1
        pause = min(FIRST_PAUSE * 2 ** (ear.failures - 1), LONGEST_PAUSE)
        ear.retry_at = now + pause
        log.info("mailbox %s: %s, again in %d s", ear.mailbox_id, error.code, pause)

    def _register(self, ear: Ear) -> None:
        if ear.watch is not None and ear.watch.fileno() >= 0:
            ear.number = ear.watch.fileno()
            self.selector.register(ear.number, selectors.EVENT_READ, ear)

    def _unregister(self, ear: Ear) -> None:
        if ear.number >= 0:
            self.selector.unregister(ear.number)
            ear.number = -1


def _open(watch: Watch) -> bool:
    """Connect and wait. Mail may have come before we listened, so there may be news."""
    watch.open("INBOX")
    watch.start()
    return True


def _look(watch: Watch, cursors: dict[str, Cursor | None]) -> bool:
    return bool(watch.look(cursors))


def _access(ear: Ear) -> Access | None:
    """How the mailbox is reached; None when its secret cannot be had."""
    with tenancy.open_workspace(ear.workspace_id), transaction.atomic():
        row = Connection.objects.filter(mailbox=ear.mailbox_id).select_related("mailbox").first()
        try:
            return session.of(row) if row else None
        except sealing.CannotOpen:
            return None


def _cursors(ear: Ear) -> dict[str, Cursor | None]:
    """Where every folder but the inbox was left."""
    with tenancy.open_workspace(ear.workspace_id), transaction.atomic():
        rows = FolderCursor.objects.filter(
            mailbox=ear.mailbox_id, folder__is_synced=True, folder__missing_since=None
        ).exclude(folder__role=Folder.Role.INBOX)
        return dict(rows.values_list("folder__name", "cursor"))
