"""Who has a mailbox on the demo's mail server, and where that server listens."""

import socket
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from crm.config.embedded import secrets

# Shown on the terminal: the demo listens on this machine alone and holds invented mail.
PASSWORD = "demo-fio-2026"  # noqa: S105
HOST = "127.0.0.1"
FOLDERS = ("Sent", "Drafts", "Archive", "Spam", "Trash")


@dataclass(frozen=True)
class Account:
    """One mailbox: the key by which letters name it, the person or team, the address."""

    key: str
    name: str
    address: str


ACCOUNTS = (
    Account("alice", "Alice Martins", "alice@acme.test"),
    Account("sales", "Acme Sales", "sales@acme.test"),
    Account("bob", "Bob Keller", "bob@acme.test"),
    Account("charlie", "Charlie Nunes", "charlie@globex.test"),
)


def by_address(address: str) -> Account | None:
    """The account of an address in any letter case."""
    return next((a for a in ACCOUNTS if a.address == address.strip().lower()), None)


def by_key(key: str) -> Account:
    """The account that letters call by this key; KeyError when there is none."""
    return next(a for a in ACCOUNTS if a.key == key)


class Ports(NamedTuple):
    """Where the demo's servers listen."""

    imap: int
    smtp: int
    pictures: int


def ports(data: Path) -> Ports:
    """The ports of the last start while they are free, new ones for the others.

    Connections store host and port, and so do the newsletters that name their pictures:
    they stay the same as long as nobody takes them.
    """
    wanted = ports_in_use(data)
    with ExitStack() as held:
        found = Ports(*(port if port and _free(port) else _new(held) for port in wanted))
    if found != wanted:
        names = (name.upper() for name in Ports._fields)
        secrets.write(data / "ports.env", dict(zip(names, map(str, found), strict=True)))
    return found


def ports_in_use(data: Path) -> Ports:
    """The ports of the last start; zeros before the first."""
    known = secrets.read(data / "ports.env")
    return Ports(*(int(known.get(name.upper(), 0)) for name in Ports._fields))


def _new(held: ExitStack) -> int:
    """A free port, kept until the stack closes so that the next one is another."""
    probe = held.enter_context(socket.socket())
    probe.bind((HOST, 0))
    port: int = probe.getsockname()[1]
    return port


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
