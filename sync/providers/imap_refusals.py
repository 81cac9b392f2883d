"""What an IMAP server means when it says no: codes of RFC 5530, then the words in use."""

from __future__ import annotations

import re

from sync.providers import errors
from sync.providers.imap_wire import Reply

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


def _text(reply: Reply) -> str:
    whole = b" ".join((reply.code, reply.argument, reply.text))
    return whole.decode("utf-8", "replace")


def _pause(text: str) -> float:
    told = _BACKOFF.search(text)
    return min(max(int(told[1]) / 1000, 30.0), 3600.0) if told else _PAUSE


def _passing(reply: Reply, text: str) -> errors.ProviderError | None:
    """Refusals that a wait cures, whatever was asked."""
    if reply.code == b"LIMIT" or _LIMIT.search(text):
        return errors.RateLimited(after=_pause(text), raw=text)
    if reply.code in {b"UNAVAILABLE", b"INUSE", b"SERVERBUG"} or _LATER.search(text):
        return errors.Transient("server.busy", after=60.0, raw=text)
    return None


def sign_in(reply: Reply) -> errors.ProviderError:
    """A refused sign-in: only the last resort is that the password is wrong."""
    text = _text(reply)
    for code, words in _SIGN_IN_WORDS:
        if words.search(text):
            return errors.AuthRevoked(code, raw=text)
    if reply.code == b"PRIVACYREQUIRED":
        return errors.Unsafe("tls.required", raw=text)
    if reply.code in {b"AUTHENTICATIONFAILED", b"EXPIRED", b"AUTHORIZATIONFAILED"}:
        return errors.AuthRevoked(raw=text)
    passing = _passing(reply, text)
    if passing:
        return passing
    if reply.status == b"BAD":
        return errors.Permanent("auth.unsupported", raw=text)
    return errors.AuthRevoked(raw=text)


def command(reply: Reply, *, scope: str = "") -> errors.ProviderError:
    """A refused command about a folder or a message."""
    text = _text(reply)
    passing = _passing(reply, text)
    if passing:
        passing.scope = scope
        return passing
    if reply.code in {b"NONEXISTENT", b"TRYCREATE"}:
        return errors.RemoteGone(raw=text, scope=scope)
    if reply.code in {b"NOPERM", b"AUTHORIZATIONFAILED"} or "permission" in text.lower():
        return errors.InsufficientPermissions(raw=text, scope=scope)
    if reply.code == b"OVERQUOTA" or "quota" in text.lower():
        return errors.Permanent("server.quota", raw=text, scope=scope)
    if reply.code == b"TOOBIG":
        return errors.Permanent("message.large", raw=text, scope=scope)
    return errors.Permanent(raw=text, scope=scope)


def farewell(reply: Reply) -> errors.ProviderError:
    """The server hung up and said why."""
    text = _text(reply)
    return _passing(reply, text) or errors.Transient("connect.lost", raw=text)
