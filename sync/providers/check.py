"""Tries a mailbox's settings step by step, so that what fails has a name and a remedy."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from crm.workspaces import guard
from sync.providers import errors, imap_folders, imap_session, smtp_session, texts
from sync.providers.base import Endpoint, Login, RemoteFolder, Security
from sync.providers.imap_session import Session

PATIENCE = 15.0

READING = ("imap.name", "imap.connect", "imap.tls", "imap.sign_in", "imap.folders")
SENDING = ("smtp.name", "smtp.connect", "smtp.tls", "smtp.sign_in", "smtp.sender")

# Which step an error belongs to; anything else belongs to the step that was under way.
_STEP_OF = {
    "host.refused": 0,
    "name.failed": 0,
    "connect.failed": 1,
    "connect.timeout": 1,
    "tls.failed": 2,
    "tls.certificate": 2,
    "tls.expired": 2,
    "tls.untrusted": 2,
    "tls.stripped": 2,
    "tls.required": 2,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `ok` is None when an earlier one failed; `code` is a key of texts.TEXTS.

    `seconds` is how long it took, None where it was not reached.
    """

    name: str
    ok: bool | None
    code: str = ""
    raw: str = ""
    seconds: float | None = None

    @property
    def text(self) -> texts.Text | None:
        """What happened and the remedy, in English; None for a step that went well."""
        return texts.TEXTS[self.code] if self.code else None


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: the steps in order, and the folders if it got that far."""

    steps: tuple[Step, ...]
    folders: tuple[RemoteFolder, ...] = ()

    @property
    def ok(self) -> bool:
        return all(step.ok for step in self.steps)

    @property
    def failed(self) -> Step | None:
        """The first step that failed."""
        return next((step for step in self.steps if step.ok is False), None)


Told = Callable[[Step], None]


def untold(step: Step) -> None:
    """For those who wait for the report."""


def check_reading(
    endpoint: Endpoint, login: Login, *, policy: guard.Policy, told: Told = untold
) -> Report:
    """Name, connection, protection, sign-in and folders of the IMAP side.

    `told` hears of each step that passed as soon as it has.
    """
    folders: tuple[RemoteFolder, ...] = ()

    def attempt(clock: Clock) -> None:
        nonlocal folders
        session: Session | None = None
        try:
            watched = replace(policy, reached=clock.dialled)
            session = imap_session.connect(endpoint, policy=watched, timeout=PATIENCE)
            clock.reached(3)
            session.sign_in(login)
            clock.reached(4)
            folders = imap_folders.listing(session)
            if not any(folder.selectable for folder in folders):
                raise errors.RemoteGone()
            clock.reached(5)
        finally:
            if session:
                session.close()

    return Report(_steps(READING, endpoint, attempt, told), folders)


def check_sending(
    endpoint: Endpoint,
    login: Login | None,
    sender: str,
    *,
    policy: guard.Policy,
    told: Told = untold,
) -> Report:
    """Name, connection, protection, sign-in and sender address of the SMTP side; sends nothing."""

    def attempt(clock: Clock) -> None:
        watched = replace(policy, reached=clock.dialled)
        session = smtp_session.greeted(endpoint, policy=watched, timeout=PATIENCE)
        try:
            clock.reached(3)
            if login:
                session.sign_in(login)
            clock.reached(4)
            status, text = session.command(f"MAIL FROM:<{smtp_session.safe(sender)}>")
            if not 200 <= status < 300:
                raise smtp_session.refusal(status, text, code="send.sender")
            session.command("RSET")
            clock.reached(5)
        finally:
            session.quit()

    return Report(_steps(SENDING, endpoint, attempt, told))


@dataclass(slots=True)
class Clock:
    """How far an attempt got, and how long each step of it took."""

    names: tuple[str, ...]
    told: Told
    at: int = 0
    begun: float = field(default_factory=time.perf_counter)
    seconds: list[float] = field(default_factory=list)

    def reached(self, step: int) -> None:
        """All steps before this one passed; time that nobody told apart is the last one's."""
        while self.at < step:
            self.seconds.append(self.lap() if self.at == step - 1 else 0.0)
            self.told(self.passed(self.at))
            self.at += 1

    def lap(self) -> float:
        """Seconds since the last step ended."""
        before, self.begun = self.begun, time.perf_counter()
        return self.begun - before

    def passed(self, step: int) -> Step:
        return Step(self.names[step], ok=True, seconds=self.seconds[step])

    def dialled(self, word: str) -> None:
        """The guard came as far as this."""
        self.reached(("name", "connect").index(word) + 1)


def _steps(
    names: tuple[str, ...], endpoint: Endpoint, attempt: Callable[[Clock], None], told: Told
) -> tuple[Step, ...]:
    clock = Clock(names, told)
    try:
        attempt(clock)
    except errors.ProviderError as error:
        return _failed(clock, error, endpoint)
    return tuple(map(clock.passed, range(len(names))))


def _failed(clock: Clock, error: errors.ProviderError, endpoint: Endpoint) -> tuple[Step, ...]:
    code, is_early = error.code, clock.at < 3
    if is_early and code in {"connect.lost", "connect.timeout"} and _is_odd(endpoint):
        # Something listens but does not talk: most often TLS where none is spoken, or the reverse.
        code = "protocol.unexpected"
    # A server that hung up or said something odd was not really reached, whatever TCP thinks
    bad = _STEP_OF.get(code, 1) if is_early else clock.at
    clock.seconds.append(clock.lap())
    return tuple(
        Step(name, ok=True, seconds=clock.seconds[index] if index < clock.at else 0.0)
        if index < bad
        else Step(name, ok=False, code=code, raw=error.raw, seconds=clock.seconds[-1])
        if index == bad
        else Step(name, ok=None)
        for index, name in enumerate(clock.names)
    )


def _is_odd(endpoint: Endpoint) -> bool:
    return endpoint.security is not Security.TLS and endpoint.port in {993, 465}
