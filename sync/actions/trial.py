"""Trying a mailbox's settings, each step by its name and each failure with its remedy."""

from dataclasses import dataclass

from sync.actions import session
from sync.actions.connect import Servers
from sync.providers import check
from sync.providers.base import Login, RemoteFolder


@dataclass(frozen=True, slots=True)
class Tested:
    """Steps as (name, passed or None where it was not reached, error code); folders if listed."""

    steps: list[tuple[str, bool | None, str]]
    folders: tuple[RemoteFolder, ...]

    @property
    def ok(self) -> bool:
        return all(passed for _name, passed, _code in self.steps)


def try_servers(*, servers: Servers, password: str, address: str) -> Tested:
    """Reach both servers as they would be reached later; outside of any transaction."""
    login = Login(servers.username, password)
    plain = servers.allows_plain
    imap = session.endpoint(
        servers.imap_host, servers.imap_port, servers.imap_security, allow_plain=plain
    )
    smtp = session.endpoint(
        servers.smtp_host, servers.smtp_port, servers.smtp_security, allow_plain=plain
    )
    policy = session.policy()
    reading = check.check_reading(imap, login, policy=policy)
    sending = check.check_sending(smtp, login, address, policy=policy)
    steps = [(step.name, step.ok, step.code) for step in (*reading.steps, *sending.steps)]
    return Tested(steps, reading.folders)
