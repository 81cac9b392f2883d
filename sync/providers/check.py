"""Tries a mailbox's settings step by step, so that what fails has a name and a remedy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    "tls.stripped": 2,
    "tls.required": 2,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `ok` is None when an earlier one failed; `code` is a key of texts.TEXTS."""

    name: str
    ok: bool | None
    code: str = ""
    raw: str = ""

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


def check_reading(endpoint: Endpoint, login: Login, *, policy: guard.Policy) -> Report:
    """Name, connection, protection, sign-in and folders of the IMAP side."""
    folders: tuple[RemoteFolder, ...] = ()

    def attempt(reached: Callable[[int], None]) -> None:
        nonlocal folders
        session: Session | None = None
        try:
            session = imap_session.connect(endpoint, policy=policy, timeout=PATIENCE)
            reached(3)
            session.sign_in(login)
            reached(4)
            folders = imap_folders.listing(session)
            if not any(folder.selectable for folder in folders):
                raise errors.RemoteGone()
        finally:
            if session:
                session.close()

    return Report(_steps(READING, endpoint, attempt), folders)


def check_sending(
    endpoint: Endpoint, login: Login | None, sender: str, *, policy: guard.Policy
) -> Report:
    """Name, connection, protection, sign-in and sender address of the SMTP side; sends nothing."""

    def attempt(reached: Callable[[int], None]) -> None:
        session = smtp_session.greeted(endpoint, policy=policy, timeout=PATIENCE)
        try:
            reached(3)
            if login:
                session.sign_in(login)
            reached(4)
            status, text = session.command(f"MAIL FROM:<{smtp_session.safe(sender)}>")
            if not 200 <= status < 300:
                raise smtp_session.refusal(status, text, code="send.sender")
            session.command("RSET")
        finally:
            session.quit()

    return Report(_steps(SENDING, endpoint, attempt))


def _steps(
    names: tuple[str, ...], endpoint: Endpoint, attempt: Callable[[Callable[[int], None]], None]
) -> tuple[Step, ...]:
    at = 1

    def reached(step: int) -> None:
        nonlocal at
        at = step

    try:
        attempt(reached)
    except errors.ProviderError as error:
        return _failed(names, error, at, endpoint)
    return tuple(Step(name, ok=True) for name in names)


def _failed(
    names: tuple[str, ...], error: errors.ProviderError, at: int, endpoint: Endpoint
) -> tuple[Step, ...]:
    code = error.code
    if at == 1 and code in {"connect.lost", "connect.timeout"} and _is_odd(endpoint):
        # Something listens but does not talk: most often TLS where none is spoken, or the reverse.
        code = "protocol.unexpected"
    bad = at if at > 1 else _STEP_OF.get(code, at)
    return tuple(
        Step(name, ok=True)
        if index < bad
        else Step(name, ok=False, code=code, raw=error.raw)
        if index == bad
        else Step(name, ok=None)
        for index, name in enumerate(names)
    )


def _is_odd(endpoint: Endpoint) -> bool:
    return endpoint.security is not Security.TLS and endpoint.port in {993, 465}
