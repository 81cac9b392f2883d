"""Trying a mailbox's settings, each step by its name and each failure with its remedy."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sync.actions import session
from sync.actions.connect import Servers
from sync.actions.session import Access
from sync.providers import check
from sync.providers.base import Login, RemoteFolder

# A step's name, whether it passed (None where it was not reached), error code, and seconds
Tried = tuple[str, bool | None, str, float | None]


@dataclass(slots=True)
class Tested:
    """The steps so far, and once it is over the folders if they were listed."""

    steps: list[Tried] = field(default_factory=list)
    folders: tuple[RemoteFolder, ...] = ()

    @property
    def ok(self) -> bool:
        return all(passed for _name, passed, _code, _seconds in self.steps)


def access(*, servers: Servers, password: str, address: str) -> Access:
    """How a mailbox would be reached with these settings."""
    plain = servers.allows_plain
    return Access(
        imap=session.endpoint(
            servers.imap_host, servers.imap_port, servers.imap_security, allow_plain=plain
        ),
        smtp=session.endpoint(
            servers.smtp_host, servers.smtp_port, servers.smtp_security, allow_plain=plain
        ),
        login=Login(servers.username, password),
        address=address,
    )


def try_servers(found: Access, *, told: Callable[[Tested], None]) -> Tested:
    """Reach both servers as they would be reached later; outside of any transaction.

    `told` is called after each step that passed, with all steps so far.
    """
    tested = Tested()

    def step(passed: check.Step) -> None:
        tested.steps.append(_tried(passed))
        told(tested)

    policy = session.policy()
    reading = check.check_reading(found.imap, found.login, policy=policy, told=step)
    tested.steps = [_tried(each) for each in reading.steps]
    told(tested)
    sending = check.check_sending(found.smtp, found.login, found.address, policy=policy, told=step)
    steps = [_tried(each) for each in (*reading.steps, *sending.steps)]
    return Tested(steps, reading.folders)


def _tried(step: check.Step) -> Tried:
    return step.name, step.ok, step.code, step.seconds
