"""Waiting that a signal ends: the supervisor sleeps here and nowhere else."""

import os
import select
import signal
import socket
import time
from types import FrameType, TracebackType

from crm.config.embedded import process

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to end: the terminal, `kill`, or the death of our parent."""


class Signals:
    """Turns signals into an end of `pause`; `with_parent` also ends with the parent process."""

    def __init__(self, *, with_parent: bool) -> None:
        self.asked = 0
        self.parent = os.getppid() if with_parent else 0
        self.wake, self.bell = socket.socketpair()

    def __enter__(self) -> "Signals":
        self.wake.setblocking(False)
        self.bell.setblocking(False)
        for sign in STOPPING:
            signal.signal(sign, self._ask)
        signal.signal(signal.SIGCHLD, self._notice)
        signal.set_wakeup_fd(self.bell.fileno())
        if self.parent:
            process.die_with_parent(signal.SIGTERM, self.parent)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.set_wakeup_fd(-1)
        for sign in (*STOPPING, signal.SIGCHLD):
            signal.signal(sign, signal.SIG_DFL)
        self.wake.close()
        self.bell.close()

    def pause(self, seconds: float) -> None:
        """Sleeps so long, or less when a child has changed; raises Stopped when asked to end."""
        self.check()
        if select.select([self.wake], [], [], seconds)[0]:
            self.wake.recv(4096)
        self.check()

    def check(self) -> None:
        """Raises Stopped when somebody asked us to end or our parent is gone."""
        if self.asked or (self.parent and os.getppid() != self.parent):
            raise Stopped

    def settle(self, seconds: float) -> None:
        """Sleeps while stopping: to be asked once more is not an error here."""
        before = time.monotonic()
        while (left := before + seconds - time.monotonic()) > 0:
            if not select.select([self.wake], [], [], left)[0]:
                return
            self.wake.recv(4096)
            if self.asked > 1:
                return

    def _ask(self, _sign: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def _notice(self, _sign: int, _frame: FrameType | None) -> None:
        """A child has ended: the wakeup socket says so."""
