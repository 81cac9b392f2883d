"""What the engine and a mail provider say to each other.

A provider keeps no state between calls: cursors and pages are plain JSON which the engine
stores and hands back unread. Errors are those of errors.py and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeAlias

from sync.providers.errors import ProviderError

Cursor: TypeAlias = dict[str, int | float | str | bool | None]


class Role(StrEnum):
    """What a folder is for."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    TRASH = "trash"
    SPAM = "spam"
    ARCHIVE = "archive"
    ALL = "all"
    OTHER = "other"


class Security(StrEnum):
    """How a connection is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


class Stage(StrEnum):
    """How far a mail got on its way out; from DATA on it may have been delivered."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server of a mailbox; PLAIN works only together with `allow_plain`."""

    host: str
    port: int
    security: Security = Security.TLS
    allow_plain: bool = False


@dataclass(frozen=True, slots=True)
class Login:
    """User name and password, kept out of every repr."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the other side can do, as far as the engine acts on it."""

    idle: bool = False
    condstore: bool = False
    qresync: bool = False
    move: bool = False
    uidplus: bool = False
    special_use: bool = False
    immutable_ids: bool = False
    labels: bool = False
    max_message: int | None = None
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one call may do; `deadline` is a time.monotonic() value."""

    messages: int = 1000
    octets: int = 20_000_000
    deadline: float | None = None


@dataclass(frozen=True, slots=True)
class RemoteFolder:
    """A folder as the server names it (`name`, exact) and as people read it (`display`)."""

    name: str
    display: str
    delimiter: str
    role: Role
    selectable: bool = True
    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """A folder's position: `generation` is UIDVALIDITY and `next` is UIDNEXT, 0 if not told."""

    generation: int
    next: int
    modseq: int | None
    messages: int
    unseen: int | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """What a cheap look found: folders that moved, folders that are not there, and counts."""

    moved: tuple[str, ...]
    missing: tuple[str, ...]
    status: Mapping[str, FolderStatus]


@dataclass(frozen=True, slots=True)
class RemoteRef:
    """Where a message is; `size` is only a hint that saves the driver a question."""

    folder: str
    generation: int
    number: int
    size: int | None = field(default=None, compare=False)


class Span(NamedTuple):
    """Message numbers from `first` to `last`, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class RemoteState:
    """A message the server listed. Flags are as sent (`\\Seen`); None means not told."""

    ref: RemoteRef
    flags: frozenset[str]
    size: int | None = None
    internal_date: datetime | None = None
    modseq: int | None = None


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One page of a round; store it and `next_page` or `next_cursor` in one transaction.

    `upserts` are messages that exist, new or changed. `gone` are numbers that no longer do:
    hints, many of which we never knew. `fresh` is false for old mail that must raise no
    news. `next_page` means the round goes on; `next_cursor` comes with the last page only.
    `complete` is true on the last page of a snapshot or when history is fully listed.
    """

    folder: str
    generation: int
    upserts: tuple[RemoteState, ...] = ()
    gone: tuple[Span, ...] = ()
    fresh: bool = True
    next_page: Cursor | None = None
    next_cursor: Cursor | None = None
    complete: bool = False
    status: FolderStatus | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message's bytes as the server has them. Not `complete`: too large, header only."""

    ref: RemoteRef
    raw: bytes
    flags: frozenset[str]
    internal_date: datetime | None
    size: int
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Gone:
    """The message left between listing and fetching; not an error."""

    ref: RemoteRef


@dataclass(frozen=True, slots=True)
class FetchError:
    """This one message can't be had; the batch goes on."""

    ref: RemoteRef
    error: ProviderError


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells a message again after the server renumbered its folder."""

    ref: RemoteRef
    message_id: str
    size: int
    internal_date: datetime | None
    flags: frozenset[str]
    remote_id: str = ""


class Op(StrEnum):
    """What can be done to messages on the server."""

    FLAGS = "flags"
    MOVE = "move"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class RemoteAction:
    """A change to messages of one folder. Flags are deltas; MOVE needs `to`; DELETE is for good."""

    op: Op
    refs: tuple[RemoteRef, ...]
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()
    to: str = ""


@dataclass(frozen=True, slots=True)
class ActionResult:
    """Which messages the change reached, where moved ones are now, and which were gone."""

    done: tuple[RemoteRef, ...]
    gone: tuple[RemoteRef, ...] = ()
    moved: Mapping[RemoteRef, RemoteRef] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutboundItem:
    """A composed mail and its envelope."""

    raw: bytes
    sender: str
    recipients: tuple[str, ...]
    message_id: str
    # Whether the mail waits for all when the server puts one recipient off
    may_wait: bool = False


@dataclass(frozen=True, slots=True)
class RecipientResult:
    """What the server said about one recipient; `code` is a key of texts.TEXTS or empty."""

    address: str
    accepted: bool
    permanent: bool = False
    status: int = 250
    code: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class SendResult:
    """The mail is on its way to those accepted; the server's own words in `raw`.

    Where nobody was accepted, nothing was sent.
    """

    recipients: tuple[RecipientResult, ...]
    raw: str = ""

    @property
    def is_sent(self) -> bool:
        """Whether the server took the mail for anybody."""
        return any(r.accepted for r in self.recipients)

    @property
    def refused(self) -> tuple[RecipientResult, ...]:
        """The recipients the server would not take, for now or for ever."""
        return tuple(r for r in self.recipients if not r.accepted)


@dataclass(frozen=True, slots=True)
class SentProbe:
    """Where and what to look for: our Message-ID with its angle brackets, folders in order."""

    message_id: str
    folders: tuple[str, ...]
    since: date | None = None


class MailProvider(Protocol):
    """Reads and changes one mailbox. One object is one session; not for use by two threads."""

    @property
    def caps(self) -> Capabilities: ...

    def folders(self) -> tuple[RemoteFolder, ...]:
        """Every folder with its role, in the server's order."""

    def poll(self, cursors: Mapping[str, Cursor | None]) -> Poll:
        """Which of these folders differ from their cursors, in as few round trips as can be."""

    def changes(
        self, folder: str, cursor: Cursor | None, page: Cursor | None, budget: Budget
    ) -> ChangePage:
        """The next page of what changed since the cursor: new, then flags, then vanished.

        Without a cursor: an empty page whose `next_cursor` is where the folder stands now;
        older mail comes from `history`. Raises CursorExpired after a renumbering.
        """

    def history(
        self, folder: str, cursor: Cursor, budget: Budget, *, since: date | None = None
    ) -> ChangePage:
        """The next older window below the cursor, newest first; `complete` when none is left."""

    def snapshot(self, folder: str, page: Cursor | None, budget: Budget) -> ChangePage:
        """A full listing page by page; the last page is `complete` and carries a cursor."""

    def fetch(
        self, refs: Sequence[RemoteRef], budget: Budget
    ) -> Iterator[Fetched | Gone | FetchError]:
        """Raw messages in the order the server gives them, one outcome for every ref reached.

        What was yielded stays good if Transient is raised afterwards.
        """

    def chunks(self, ref: RemoteRef, *, size: int = 4_194_304) -> Iterator[bytes]:
        """One message's bytes piece by piece, for mail too large to hold."""

    def identities(self, refs: Sequence[RemoteRef]) -> Iterator[Identity]:
        """Message-ID, size and date of messages, without their bodies."""

    def probe(self, refs: Sequence[RemoteRef]) -> Iterator[RemoteState | Gone]:
        """Is it still there, and with which flags."""

    def apply(self, action: RemoteAction) -> ActionResult:
        """Do it; doing it twice is harmless, and what is already so is success."""

    def append(
        self, folder: str, raw: bytes, flags: frozenset[str], at: datetime
    ) -> RemoteRef | None:
        """File a message; where it landed if the server tells."""

    def find_sent(self, probe: SentProbe) -> RemoteRef | None:
        """The sent copy that bears our Message-ID, or None."""

    def close(self) -> None:
        """Say goodbye; never raises."""


class MailSender(Protocol):
    """Sends for one mailbox."""

    def send(self, item: OutboundItem, on_stage: Callable[[Stage], None]) -> SendResult:
        """Hand the mail over, telling each stage before it is entered.

        `on_stage(DATA)` returns before the end of the mail is put on the wire. An error
        before that means nothing was delivered; OutcomeUnknown means nobody can know.
        """
