"""The facts of one mail: what `parse.parse` hands to everybody else."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from inbox.mime import reasons

Kind = Literal["mail", "auto", "bounce", "complaint", "invite", "receipt"]
Quality = Literal["full", "partial", "raw_only"]


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of an address header; `address` is empty where only a name was written."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """One attachment: `number` as in IMAP (RFC 3501 §6.4.5), `size` in decoded bytes."""

    number: str
    filename: str
    content_type: str
    size: int
    sha256: str
    cid: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient of a report about mail, and what became of it.

    `action` is failed, delayed, delivered, relayed or expanded (RFC 3464 §2.3.3); complained where
    he calls it spam; displayed, deleted, dispatched or processed where he confirms it (RFC 8098).
    `address` is where the mail went in the end, `original` where it was sent to if that is told.
    """

    address: str
    status: str
    action: str
    diagnostic: str = ""
    original: str = ""

    @property
    def is_permanent(self) -> bool:
        """Whether the mail was refused for good (5.x.x); without a status nothing is sure."""
        return self.action == "failed" and self.status.startswith("5")

    @property
    def reason(self) -> reasons.Reason:
        """Why, in one word of `reasons`; "" where nothing tells."""
        return reasons.of(self.status, self.diagnostic)

    @property
    def is_hard(self) -> bool:
        """Whether the address itself is wrong, so that no later mail will get there either."""
        is_over = self.action == "failed" and not self.status.startswith("4")
        return is_over and self.reason in reasons.AGAINST_ADDRESS


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says, and the Message-ID of the mail it is about.

    Automatic answers report nobody; `away_until` is when their writer is back, in his words.
    """

    recipients: tuple[Failure, ...]
    original_message_id: str
    away_until: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """One mail, decoded; ids are bare (no angle brackets), dates aware in UTC, text free of NUL."""

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    base_subject: str = ""
    is_reply: bool = False
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    recipient_count: int = 0
    date: datetime | None = None
    text: str = ""
    html: str = ""
    clean_html: str | None = None
    reply_text: str = ""
    snippet: str = ""
    attachments: tuple[Part, ...] = ()
    kind: Kind = "mail"
    is_bulk: bool = False
    bounce: Bounce | None = None
    invite_method: str = ""
    quality: Quality = "full"
    defects: tuple[str, ...] = field(default=())
