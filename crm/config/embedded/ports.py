"""The web port: taken before anything else starts, so that a conflict is told at once."""

import contextlib
import errno
import http.client
import socket

from crm.config.embedded.refusal import Refusal

ANSWER_PATIENCE = 10


def bind(port: int) -> list[socket.socket]:
    """Sockets bound to the port on this machine's loopback addresses, not yet listening.

    Raises Refusal when another program has the port.
    """
    bound = [_bind(socket.AF_INET, "127.0.0.1", port)]
    # Browsers may try ::1 for "localhost" first; a machine without IPv6 does not need it.
    with contextlib.suppress(OSError):
        bound.append(_bind(socket.AF_INET6, "::1", port))
    return bound


def answers(port: int) -> bool:
    """Whether the first page that anybody sees is served."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_PATIENCE)
    try:
        line.request("GET", "/accounts/login/", headers={"Host": f"localhost:{port}"})
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    taken = socket.socket(family)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        taken.bind((host, port))
        # Two sockets may share a bound port until one listens.
        taken.listen(256)
    except OSError as error:
        taken.close()
        if error.errno == errno.EADDRINUSE:
            raise Refusal(
                f"Port {port} is taken by another program.",
                f"Stop that program, or choose another port: make demo PORT={port + 1}",
            ) from error
        if error.errno == errno.EACCES:
            raise Refusal(
                f"Port {port} may not be used by this user.",
                "Choose one above 1023: make demo PORT=8000",
            ) from error
        raise
    return taken
