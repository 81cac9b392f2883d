"""The ground everything is measured on: our own PostgreSQL, Valkey and Dovecot."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command

from bench import ready
from crm.config import start
from inbox.models import LedgerEntry, Mailbox
from tests.conftest import superuser, wipe
from tests.servers import certificates, dovecot
from tests.servers.fixtures import Box, fresh_box
from tests.sync.office import Office
from tests.world import World

__all__ = ["Box", "Office", "World", "pull_all", "ready", "servers", "superuser", "wipe"]


def as_superuser(statement: str, values: list[Any] | dict[str, Any]) -> None:
    """Fill a table with rows that belong to nothing, keys and walls asleep."""
    admin = superuser()
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        admin.execute(statement, values)


@contextmanager
def database() -> Iterator[None]:
    """A migrated database, and nothing to fetch mail from."""
    call_command("database_bootstrap", verbosity=0)
    call_command("migrate", verbosity=0)
    start.settle()
    yield


@contextmanager
def servers() -> Iterator[tuple[dovecot.Dovecot, certificates.Certificate]]:
    """A migrated database, and a Dovecot that knows every address."""
    call_command("database_bootstrap", verbosity=0)
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory(prefix="fio-bench-") as folder:
        certificate = certificates.issue(Path(folder))
        with dovecot.dovecot(certificate) as server:
            start.settle()
            yield server, certificate


def box(server: dovecot.Dovecot, certificate: certificates.Certificate) -> Box:
    """A mailbox nobody has used yet."""
    return fresh_box(server, certificate)


def pull_all(office: Office, *, runs: int = 200) -> int:
    """Run the reading lane until nothing is pending and history is done; returns the runs."""
    for number in range(1, runs + 1):
        mailbox = office.pull()
        with office.world.opened():
            waiting = LedgerEntry.objects.filter(mailbox=mailbox, decision="pending").exists()
        if not waiting and mailbox.state == Mailbox.State.ACTIVE:
            return number
    raise RuntimeError(f"not complete after {runs} runs: {mailbox.state} {mailbox.state_reason}")
