"""A thousand mailboxes of many workspaces, one of which owns most of them."""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from crm.workspaces import actions as workspaces
from crm.workspaces.models import Membership
from crm.workspaces.tenancy import open_workspace
from sync.actions import connect
from tests.servers.dovecot import FIRST_OF_CROWD, PASSWORD, Dovecot
from tests.servers.fixtures import mail

# How much of all the biggest workspace owns, and how many share the rest
SHARE, OTHERS = 0.8, 20


@dataclass(frozen=True)
class Letter:
    """One delivery: when, and whether the mailbox is the big workspace's."""

    rfc_id: str
    at: datetime
    is_big: bool


def addresses(count: int) -> list[str]:
    return [f"user{number}@acme.test" for number in range(count)]


def is_big(number: int, count: int) -> bool:
    return number < count * SHARE


def connect_all(server: Dovecot, count: int) -> None:
    """Workspaces, an owner each, and their mailboxes on this server."""
    at = timezone.now()
    owners = [_workspace(number, at) for number in range(OTHERS + 1)]
    for number, address in enumerate(addresses(count)):
        owner = owners[0] if is_big(number, count) else owners[1 + number % OTHERS]
        servers = connect.Servers(
            imap_host="localhost",
            imap_port=server.imaps,
            smtp_host="localhost",
            smtp_port=1,
            smtp_security="starttls",
            username=address,
        )
        with open_workspace(owner.workspace_id), transaction.atomic():
            connect.connect_mailbox(
                by=owner, address=address, servers=servers, password=PASSWORD, at=at
            )


def _workspace(number: int, at: datetime) -> Membership:
    user = workspaces.create_user(
        email=f"owner{number}@acme.test", password=PASSWORD, name=f"Owner {number}"
    )
    return workspaces.create_workspace(name=f"Company {number}", owner=user, at=at)


class Postman:
    """Lays mail into random mailboxes, each with a Message-ID of its own."""

    def __init__(self, server: Dovecot, count: int) -> None:
        self.server, self.count = server, count
        self.addresses = addresses(count)
        self.luck = random.Random(11)
        self.letters: list[Letter] = []

    def fill(self) -> None:
        """One old mail in each mailbox, so that all have something to import."""
        for number, address in enumerate(self.addresses):
            self._lay(number, address, mail(10_000_000 + number))

    def deliver(self) -> None:
        """One new mail for somebody."""
        number = self.luck.randrange(self.count)
        ident = len(self.letters) + 1
        raw = mail(ident)
        self._lay(number, self.addresses[number], raw)
        letter = Letter(
            f"{ident}.question@customer.test", datetime.now(UTC), is_big(number, self.count)
        )
        self.letters.append(letter)

    def _lay(self, number: int, address: str, raw: bytes) -> None:
        """As a delivery agent does: written in tmp, moved into new."""
        box = self.server.maildir(address)
        own = _owner(self.server.root, number)
        if not box.exists():
            for name in ("", "cur", "new", "tmp"):
                (box / name).mkdir(parents=True, exist_ok=True)
            for folder in (box.parent, box, *box.iterdir()):
                own(folder)
        name = f"{self.luck.getrandbits(60):x}.soak,S={len(raw)}"
        (box / "tmp" / name).write_bytes(raw)
        own(box / "tmp" / name)
        (box / "tmp" / name).rename(box / "new" / name)


def _owner(root: Path, number: int) -> Callable[[Path], Any]:
    if os.geteuid() != 0:
        return lambda _place: None
    return lambda place: os.chown(place, FIRST_OF_CROWD + number, root.stat().st_gid)
