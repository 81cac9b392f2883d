"""The closed set of things that can go wrong with a mail server.

A driver raises nothing else. The class says what the engine does next, the code names
the text and the remedy a person reads (see texts.py), and `raw` is for the log only.
"""

from __future__ import annotations

import re
from typing import ClassVar

from sync.providers import texts

_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\U0010ffff]+")
RAW_LIMIT = 300


def redact(raw: str | bytes, secrets: tuple[str, ...] = ()) -> str:
    """Server words fit for a log: one short line without the secrets that were in use."""
    text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    for secret in secrets:
        if secret:
            text = text.replace(secret, "•••")
    return _UNPRINTABLE.sub(" ", text).strip()[:RAW_LIMIT]


class ProviderError(Exception):
    """Something a mail server did; `code` is a key of texts.TEXTS."""

    default_code: ClassVar[str] = "server.failed"

    def __init__(self, code: str = "", *, raw: str | bytes = "", scope: str = "") -> None:
        self.code = code or self.default_code
        self.scope = scope
        self.raw = redact(raw)
        self.values: dict[str, str] = {}
        super().__init__(f"{self.code}: {self.raw}" if self.raw else self.code)

    @property
    def safe_text(self) -> str:
        """What happened, in English words that may be shown.

        To show it in another language, translate the text first and fill in `values` then.
        """
        return texts.TEXTS[self.code].what % self.values

    @property
    def remedy(self) -> str:
        """What the person can do about it, in English; translate when showing."""
        return texts.TEXTS[self.code].remedy


class AuthRevoked(ProviderError):
    """Sign-in is refused: nothing but a person can change that."""

    default_code = "auth.refused"


class InsufficientPermissions(ProviderError):
    """Signed in, yet this mailbox or folder is not ours to read or change."""

    default_code = "permission.denied"


class Unsafe(ProviderError):
    """The connection would not be private, so nothing was sent over it."""

    default_code = "tls.failed"


class RateLimited(ProviderError):
    """The server wants a pause of `after` seconds, for all work of this mailbox."""

    default_code = "server.limit"

    def __init__(
        self,
        code: str = "",
        *,
        after: float = 600.0,
        raw: str | bytes = "",
        scope: str = "",
    ) -> None:
        super().__init__(code, raw=raw, scope=scope)
        self.after = after


class CursorExpired(ProviderError):
    """The server no longer knows the position we kept: list the scope from the start."""

    default_code = "cursor.expired"


class RemoteGone(ProviderError):
    """The folder or message is not there any more, or can't be opened."""

    default_code = "folder.gone"


class Transient(ProviderError):
    """It may work later; `after` is the shortest sensible wait in seconds.

    `suspect` is the message number being read when the connection broke: a server that dies
    on one message does so again, and only that message should pay for it.
    """

    default_code = "server.failed"

    def __init__(
        self,
        code: str = "",
        *,
        after: float = 30.0,
        raw: str | bytes = "",
        scope: str = "",
    ) -> None:
        super().__init__(code, raw=raw, scope=scope)
        self.after = after
        self.suspect: int | None = None


class Permanent(ProviderError):
    """It will fail the same way every time."""

    default_code = "server.refused"


def too_large(limit: int, *, scope: str = "") -> Permanent:
    """The message exceeds what the server announced, in octets."""
    error = Permanent("message.over_limit", raw=f"SIZE {limit}", scope=scope)
    error.values["limit"] = texts.size(limit)
    return error


class Poison(ProviderError):
    """One message the server can't deliver; the others are fine."""

    default_code = "message.unreadable"


class OutcomeUnknown(ProviderError):
    """The mail may or may not have gone out; only the mailbox itself can tell."""

    default_code = "send.unknown"

    def __init__(
        self,
        code: str = "",
        *,
        stage: str = "data",
        raw: str | bytes = "",
        scope: str = "",
    ) -> None:
        super().__init__(code, raw=raw, scope=scope)
        self.stage = stage
