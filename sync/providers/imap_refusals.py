"""What an IMAP server means when it says no: codes of RFC 5530, then the words in use."""

from __future__ import annotations

from sync.providers import errors, refusals
from sync.providers.imap_wire import Reply


def _text(reply: Reply) -> str:
    whole = b" ".join((reply.code, reply.argument, reply.text))
    return whole.decode("utf-8", "replace")


def _passing(reply: Reply, text: str) -> errors.ProviderError | None:
    """Refusals that a wait cures, whatever was asked."""
    if reply.code == b"LIMIT" or refusals.is_limit(text):
        return errors.RateLimited(after=refusals.pause(text), raw=text)
    if reply.code in {b"UNAVAILABLE", b"INUSE", b"SERVERBUG"} or refusals.is_passing(text):
        return errors.Transient("server.busy", after=60.0, raw=text)
    return None


def sign_in(reply: Reply) -> errors.ProviderError:
    """A refused sign-in: only the last resort is that the password is wrong."""
    text = _text(reply)
    code = refusals.sign_in_code(text)
    if code:
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
