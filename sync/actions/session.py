"""How a mailbox is reached: its servers, its secret, and what the installation allows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connections

from crm.workspaces import guard, sealing
from sync.actions import lease as leases
from sync.models import Connection
from sync.models import Security as Choice
from sync.providers.base import Endpoint, Login, Security
from sync.providers.imap import ImapProvider
from sync.providers.smtp import SmtpSender

TIMEOUT = 30.0
_SECURITY = {
    Choice.TLS: Security.TLS,
    Choice.STARTTLS: Security.STARTTLS,
    Choice.NONE: Security.PLAIN,
}


class NetworkInTransaction(RuntimeError):
    """A server was about to be called while the database waited for it."""


@dataclass(frozen=True, slots=True)
class Access:
    """Everything it takes to reach a mailbox, out of the database and into memory."""

    imap: Endpoint
    smtp: Endpoint
    login: Login
    address: str = ""
    caps: dict[str, object] = field(default_factory=dict)


def policy() -> guard.Policy:
    """What this installation lets users connect to; refuses inside a transaction."""
    return guard.Policy(
        allow_private=settings.ALLOW_PRIVATE_HOSTS,
        allow=settings.ALLOW_HOSTS,
        before_connect=refuse_in_transaction,
        cafile=settings.MAIL_CAFILE or None,
    )


def refuse_in_transaction() -> None:
    """Raise NetworkInTransaction where a transaction is open."""
    for alias in ("default", "system"):
        if connections[alias].in_atomic_block:
            raise NetworkInTransaction(alias)


def endpoint(host: str, port: int, security: str, *, allow_plain: bool) -> Endpoint:
    """A server in the providers' terms."""
    return Endpoint(host, port, _SECURITY[Choice(security)], allow_plain)


def of(connection: Connection) -> Access:
    """Unseal a mailbox's access; the workspace is open. Raises sealing.CannotOpen."""
    plain = connection.allows_plain
    return Access(
        imap=endpoint(
            connection.imap_host,
            connection.imap_port,
            connection.imap_security,
            allow_plain=plain,
        ),
        smtp=endpoint(
            connection.smtp_host,
            connection.smtp_port,
            connection.smtp_security,
            allow_plain=plain,
        ),
        login=Login(connection.username, sealing.unseal(connection, "password")),
        address=connection.mailbox.address,
        caps=connection.caps,
    )


def access(lease: leases.Lease) -> Access:
    """The access of a held mailbox."""
    with leases.reading(lease):
        return of(Connection.objects.select_related("mailbox").get(mailbox=lease.mailbox_id))


@contextmanager
def reader(found: Access) -> Iterator[ImapProvider]:
    """A session that reads and changes the mailbox; it connects at the first need."""
    provider = ImapProvider(found.imap, found.login, policy=policy(), timeout=TIMEOUT)
    try:
        yield provider
    finally:
        provider.close()


def sender(found: Access) -> SmtpSender:
    """What hands mail over for this mailbox."""
    return SmtpSender(found.smtp, found.login, policy=policy(), timeout=TIMEOUT)
