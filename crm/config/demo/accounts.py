"""Who has a mailbox on the demo's mail server, and where that server listens."""

import socket
from dataclasses import dataclass
from pathlib import Path

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


def ports(data: Path) -> tuple[int, int]:
    """IMAP and SMTP port: those of the last start while they are free, else new ones.

    Connections store host and port, so they stay the same as long as nobody takes them.
    """
    wanted = ports_in_use(data)
    if all(wanted) and all(_free(port) for port in wanted):
        return wanted
    with socket.socket() as one, socket.socket() as other:
        one.bind((HOST, 0))
        other.bind((HOST, 0))
        imap, smtp = one.getsockname()[1], other.getsockname()[1]
    secrets.write(data / "ports.env", {"IMAP": str(imap), "SMTP": str(smtp)})
    return imap, smtp


def ports_in_use(data: Path) -> tuple[int, int]:
    """IMAP and SMTP port of the last start; zeros before the first."""
    known = secrets.read(data / "ports.env")
    return int(known.get("IMAP", 0)), int(known.get("SMTP", 0))


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
