"""One run over one mailbox: who holds it, what it may use, what it found."""

import threading
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from crm.ui import live
from crm.workspaces.postgres import planning
from inbox.actions import departed
from inbox.models import (
    Folder,
    LedgerEntry,
    Mailbox,
    MailboxThread,
    Message,
    Participant,
    Thread,
    ThreadKey,
)
from inbox.queries import workers
from sync.actions import clock
from sync.actions import lease as leases
from sync.actions.lease import Lease
from sync.models import ORDER
from sync.providers.base import Budget
from sync.providers.imap import ImapProvider

SECONDS = 30.0
# What a near and fast server brings in about two seconds; new mail is looked for between runs.
# Fetching, parsing and storing overlap within a run, so that short ones keep them waiting
OCTETS = 60_000_000
# Open pages are told of progress this often, not for every batch
TELL_EVERY = 1.0
# The tables that grow with each mail and that batches are joined from
FILLED = (Message, LedgerEntry, MailboxThread, Thread, ThreadKey, Participant)
# Set when this process is asked to end: runs go on to their next good place and let go there
stopping = threading.Event()


@dataclass
class Run:
    """The budget is time and octets; what is left over is done by the next run."""

    lease: Lease
    provider: ImapProvider
    mailbox: Mailbox
    watchers: list[int]
    started_at: datetime
    deadline: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    octets_left: int = OCTETS
    changed: bool = False
    stored: int = 0
    learn_at: int = 40
    told_at: float = 0.0

    @property
    def has_time(self) -> bool:
        return time.monotonic() < self.deadline and not stopping.is_set()

    @property
    def has_budget(self) -> bool:
        return self.has_time and self.octets_left > 0

    def reading(self) -> AbstractContextManager[None]:
        """A transaction that only looks."""
        return leases.reading(self.lease)

    def writing(self) -> AbstractContextManager[None]:
        """A transaction only the holder can make; raises LostLease."""
        return leases.writing(self.lease)

    def budget(self, messages: int = 1000) -> Budget:
        """What one provider call may use of what is left."""
        return Budget(messages=messages, octets=max(1, self.octets_left), deadline=self.deadline)

    def folders(self) -> list[Folder]:
        """The folders that are read, in the order of their use; a transaction is open."""
        now = clock.now()
        found = Folder.objects.filter(
            mailbox=self.mailbox, is_synced=True, is_selectable=True, missing_since=None
        ).order_by("name")
        usable = [f for f in found if f.parked_until is None or f.parked_until <= now]
        return sorted(usable, key=lambda folder: ORDER.index(Folder.Role(folder.role)))

    def teach(self) -> None:
        """Let the planner know of the mail of a workspace it never saw; outside transactions."""
        if self.stored >= self.learn_at:
            self.learn_at = self.stored * 4
            planning.learn(self.lease.workspace_id, self.stored, *FILLED)

    def tell(self, *, at_once: bool = False) -> None:
        """Say on open pages that this mailbox moved on; outside transactions."""
        now = time.monotonic()
        if at_once or now - self.told_at >= TELL_EVERY:
            self.told_at = now
            publish(self.lease, self.watchers, str(self.mailbox.uid))


def publish(lease: Lease, watchers: list[int], uid: str) -> None:
    """Tell whoever works with a mailbox that its state, counts or threads changed."""
    topics = ("outbox", "threads") if lease.lane == "out" else ("mailboxes", "threads")
    for topic in topics:
        live.publish(
            workspace_id=lease.workspace_id,
            members=watchers,
            topic=topic,
            data={"mailbox": uid},
        )


def watchers(mailbox: Mailbox) -> list[int]:
    """The ids of the members whose mailbox it is; a transaction is open."""
    return sorted(workers.ids([mailbox.pk]))


def is_deserted(run: Run) -> bool:
    """Whether it is the own mailbox of somebody whose access has ended."""
    with run.reading():
        return departed.owner_left(run.mailbox)


def begin(lease: Lease, provider: ImapProvider) -> Run:
    """A run of a held lane; raises LostLease where the lane went to somebody else."""
    with leases.reading(lease):
        mailbox = Mailbox.objects.get(pk=lease.mailbox_id)
        return Run(lease, provider, mailbox, watchers(mailbox), clock.now())
