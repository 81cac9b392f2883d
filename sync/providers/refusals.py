"""The words mail servers use when they say no, whatever the protocol."""

from __future__ import annotations

import re

_PAUSE = 600.0

_LIMIT = re.compile(
    r"too many|simultaneous|concurrent|connection limit|maximum number of connections"
    r"|bandwidth|rate.?limit|throttl|exceeded .*limit|over ?quota of connections",
    re.IGNORECASE,
)
_BACKOFF = re.compile(r"backoff time: ?(\d+) ?milli", re.IGNORECASE)
_LATER = re.compile(
    r"temporar|try again|unavailable|maintenance|internal error|server error|in use"
    r"|timed? ?out|overload|shutting down|not ready",
    re.IGNORECASE,
)
_SIGN_IN = (
    ("auth.no_passwords", r"basic ?auth\w* (is )?(blocked|disabled)|BasicAuthBlocked"),
    (
        "auth.web_login",
        r"web ?login|web browser|log ?in via|webalert|verify (it'?s|your)",
    ),
    (
        "auth.app_password",
        r"app(lication)?[- ]specific|app password|authori[sz]ation code",
    ),
    (
        "auth.disabled",
        r"(imap|access|account).{0,20}(is )?(disabled|not enabled|switched off)",
    ),
)
_SIGN_IN_WORDS = tuple((code, re.compile(words, re.IGNORECASE)) for code, words in _SIGN_IN)


def sign_in_code(text: str) -> str:
    """Why a sign-in fails apart from a wrong password, as a text code; empty if not told."""
    return next((code for code, words in _SIGN_IN_WORDS if words.search(text)), "")


def is_limit(text: str) -> bool:
    """Whether the server complains about too much of something."""
    return bool(_LIMIT.search(text))


def is_passing(text: str) -> bool:
    """Whether the server itself expects to be better later."""
    return bool(_LATER.search(text))


def pause(text: str) -> float:
    """Seconds the server asks to wait, or what is usual."""
    told = _BACKOFF.search(text)
    return min(max(int(told[1]) / 1000, 30.0), 3600.0) if told else _PAUSE
