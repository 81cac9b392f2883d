"""A picture from somebody else's server, fetched for a reader who asked to see it.

The server learns our address and the time, not the reader's: no cookie, no referrer, one
plain request through the guard, within ten seconds and five megabytes. What comes back is
a picture by its first bytes or nothing.
"""

import http.client
import socket
import threading
import time
from contextlib import closing
from urllib.parse import SplitResult, urljoin, urlsplit

from crm.workspaces import guard

SECONDS = 10.0
LARGEST = 5 * 1024 * 1024
REDIRECTS = 3
HEADERS = {"User-Agent": "Fio", "Accept": "image/*", "Accept-Encoding": "identity"}
MOVED = (301, 302, 303, 307, 308)


class NoPicture(Exception):
    """There is no picture to show: wrong address, wrong bytes, too big, too slow."""


def kind_of(data: bytes) -> str | None:
    """The type of a PNG, JPEG, GIF or WebP by its first bytes; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return None


def fetch(url: str, *, policy: guard.Policy) -> tuple[str, bytes]:
    """The type and bytes of a picture; raises NoPicture."""
    deadline = time.monotonic() + SECONDS
    for _hop in range(REDIRECTS + 1):
        status, location, data = _ask(url, policy, deadline)
        if status in MOVED and location:
            url = urljoin(url, location)
            continue
        kind = kind_of(data) if status == 200 else None
        if kind is None:
            raise NoPicture(status)
        return kind, data
    raise NoPicture("redirects")


def _ask(url: str, policy: guard.Policy, deadline: float) -> tuple[int, str, bytes]:
    parts = _split(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    left = deadline - time.monotonic()
    if left <= 0:
        raise NoPicture("time")
    try:
        sock = guard.connect(host, port, purpose="image", policy=policy, timeout=left)
        if parts.scheme == "https":
            sock = guard.wrap(sock, host, policy=policy)
        with closing(sock):
            return _read(sock, parts, deadline)
    except (guard.GuardError, http.client.HTTPException, OSError, ValueError) as error:
        raise NoPicture(type(error).__name__) from error


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    except ValueError as error:
        raise NoPicture("address") from error
    raise NoPicture("address")


def _read(sock: socket.socket, parts: SplitResult, deadline: float) -> tuple[int, str, bytes]:
    """One request and its answer; whatever drips in slowly is cut off at the deadline."""
    stop = threading.Timer(max(0.0, deadline - time.monotonic()), _hang_up, [sock])
    stop.start()
    try:
        connection = http.client.HTTPConnection(parts.netloc.rpartition("@")[2])
        connection.sock = sock
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers=HEADERS)
        answer = connection.getresponse()
        data = answer.read(LARGEST + 1) if answer.status == 200 else b""
    finally:
        stop.cancel()
    if len(data) > LARGEST:
        raise NoPicture("size")
    return answer.status, answer.getheader("Location") or "", data


def _hang_up(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
