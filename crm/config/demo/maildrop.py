"""Putting a message into an account's Maildir; the IMAP side gives it its number."""

import mailbox
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from crm.config.demo.accounts import FOLDERS, Account

SEEN, FLAGGED, ANSWERED = "S", "F", "R"


class Verbatim(mailbox.MaildirMessage):
    """A message that is stored and served as the bytes it came in."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(message)
        self.raw = message if isinstance(message, bytes) else b""

    def __bytes__(self) -> bytes:
        return self.raw

    def as_bytes(self, unixfrom: bool = False, policy: object = None) -> bytes:
        """The bytes; the arguments are those of the base class."""
        return self.raw


class KeepsBytes(mailbox.Maildir):
    """A Maildir that writes a verbatim message without reading meaning into it."""

    def _dump_message(self, message: Any, target: Any, mangle_from_: bool = False) -> None:
        if isinstance(message, Verbatim) and message.raw:
            target.write(message.raw)
        else:
            super()._dump_message(message, target, mangle_from_)


def create(data: Path, account: Account) -> None:
    """Makes the account's folders, those that are missing."""
    home = mailbox.Maildir(data / account.address, create=True)
    for name in FOLDERS:
        if name not in home.list_folders():
            home.add_folder(name)


def deliver(
    data: Path,
    account: Account,
    raw: bytes,
    *,
    at: datetime,
    folder: str = "INBOX",
    flags: Sequence[str] = (),
) -> None:
    """Stores the bytes as one message that arrived at `at`, in one rename."""
    place = data / account.address
    box = KeepsBytes(place if folder == "INBOX" else place / f".{folder}", create=True)
    message = Verbatim(raw)
    # In "cur" and without \Recent: a server that restarts shall not call old mail new.
    message.set_subdir("cur")
    message.set_flags("".join(sorted(flags)))
    message.set_date(at.timestamp())
    box.add(message)


def raw_of(path: Path) -> bytes:
    """The stored bytes with the line ends of the wire."""
    return path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def clear_locks(data: Path) -> None:
    """Removes the lock files that a killed server left behind."""
    for place, _, files in os.walk(data):
        for name in files:
            if name.endswith(".lock"):
                (Path(place) / name).unlink(missing_ok=True)
