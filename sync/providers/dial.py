"""Opens guarded connections to mail servers and says in provider terms why it could not."""

from __future__ import annotations

import socket

from crm.workspaces import guard
from sync.providers import errors
from sync.providers.base import Endpoint, Security

_CERTIFICATE = {
    "name": "tls.certificate",
    "expired": "tls.expired",
    "untrusted": "tls.untrusted",
}


def _explain(error: guard.GuardError) -> errors.ProviderError:
    match error:
        case guard.GuardRefused():
            return errors.Permanent("host.refused", raw=str(error))
        case guard.NameFailed():
            return errors.Transient("name.failed", raw=str(error))
        case guard.TimedOut():
            return errors.Transient("connect.timeout", raw=str(error))
        case guard.CertificateRefused():
            return errors.Unsafe(_CERTIFICATE[error.why], raw=str(error))
        case guard.TlsFailed():
            return errors.Unsafe("tls.failed", raw=str(error))
    return errors.Transient("connect.failed", raw=str(error))


def check_security(endpoint: Endpoint) -> None:
    """Raise Unsafe for an unprotected connection that nobody allowed."""
    if endpoint.security is Security.PLAIN and not endpoint.allow_plain:
        raise errors.Unsafe("tls.required")


def reach(
    endpoint: Endpoint, *, purpose: guard.Purpose, policy: guard.Policy, timeout: float
) -> socket.socket:
    """A connected socket without TLS yet."""
    check_security(endpoint)
    try:
        return guard.connect(
            endpoint.host,
            endpoint.port,
            purpose=purpose,
            policy=policy,
            timeout=timeout,
        )
    except guard.GuardError as error:
        raise _explain(error) from error


def secure(sock: socket.socket, endpoint: Endpoint, *, policy: guard.Policy) -> socket.socket:
    """The same connection under TLS, verified for the endpoint's name."""
    try:
        return guard.wrap(sock, endpoint.host, policy=policy)
    except guard.GuardError as error:
        raise _explain(error) from error


def dial(
    endpoint: Endpoint, *, purpose: guard.Purpose, policy: guard.Policy, timeout: float
) -> socket.socket:
    """A connected socket, under TLS if the endpoint says so from the first byte."""
    sock = reach(endpoint, purpose=purpose, policy=policy, timeout=timeout)
    if endpoint.security is Security.TLS:
        return secure(sock, endpoint, policy=policy)
    return sock
