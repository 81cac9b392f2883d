"""People and programs who keep Fio busy, and count every answer that was not a good one."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

TIMEOUT = 120.0


@dataclass
class Load:
    """Requests by kind, and what failed, in words."""

    port: int
    cookie: str
    token: str
    mailbox: str
    arrive: Callable[[int], None]
    pause: float = 0.1
    asked: dict[str, int] = field(default_factory=dict)
    slowest: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    arrived: int = 0

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._stream: socket.socket | None = None
        jobs = (self._pages, self._threads, self._send, self._events, self._deliver)
        self._crew = [threading.Thread(target=self._work, args=(job,)) for job in jobs]

    def __enter__(self) -> Self:
        for thread in self._crew:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._hang_up()
        for thread in self._crew:
            thread.join(TIMEOUT * 2)

    def _hang_up(self) -> None:
        """Say that we listen no more.

        Only our side is shut: an event that is on its way would otherwise be answered with a
        reset by our own kernel (RFC 1122, 4.2.2.13), and pass for a failure of the server.
        """
        stream = self._stream
        with contextlib.suppress(OSError):
            if stream is not None:
                stream.shutdown(socket.SHUT_WR)

    def _work(self, job: Callable[[int], None]) -> None:
        number = 0
        while not self._over.wait(self.pause):
            number += 1
            try:
                job(number)
            except (OSError, http.client.HTTPException) as error:
                self._fail(job.__name__, repr(error))

    def _pages(self, number: int) -> None:
        self._ask("page", "GET", "/acme/inbox/inbox/", cookie=True)

    def _threads(self, number: int) -> None:
        self._ask("API", "GET", "/api/v1/threads/")

    def _send(self, number: int) -> None:
        to = f"customer{number}@customer.test"
        body = {"mailbox": self.mailbox, "to": [to], "subject": f"Offer {number}", "text": "Hello"}
        if self._ask("send", "POST", "/api/v1/outbox/", body=body, key=f"{self.port}-{number}"):
            self.accepted.append(to)

    def _deliver(self, number: int) -> None:
        self.arrive(number)
        self.arrived = number
        self._over.wait(0.5)

    def _events(self, number: int) -> None:
        """One page that listens, and comes back when its stream ends."""
        line = http.client.HTTPConnection("localhost", self.port, timeout=TIMEOUT)
        try:
            line.request("GET", "/acme/events/", headers={"Cookie": self.cookie})
            self._stream = line.sock
            answer = line.getresponse()
            self._count("events", 0.0)
            if answer.status != 200:
                self._fail("events", str(answer.status))
            while answer.readline() and not self._over.is_set():
                pass
        finally:
            self._stream = None
            line.close()

    def _ask(
        self,
        kind: str,
        method: str,
        path: str,
        *,
        cookie: bool = False,
        body: Any = None,
        key: str = "",
    ) -> bool:
        headers = {"Cookie": self.cookie} if cookie else {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
        line = http.client.HTTPConnection("localhost", self.port, timeout=TIMEOUT)
        before = time.monotonic()
        try:
            line.request(method, path, json.dumps(body) if body else None, headers)
            answer = line.getresponse()
            words = answer.read()
        finally:
            line.close()
        self._count(kind, time.monotonic() - before)
        if answer.status >= 300:
            self._fail(kind, f"{answer.status} {words[:300]!r}")
        return answer.status < 300

    def _count(self, kind: str, seconds: float) -> None:
        with self._lock:
            self.asked[kind] = self.asked.get(kind, 0) + 1
            self.slowest[kind] = max(self.slowest.get(kind, 0.0), seconds)

    def _fail(self, kind: str, words: str) -> None:
        with self._lock:
            self.failures.append(f"{time.strftime('%H:%M:%S')} {kind}: {words}")
