"""One parsing process: mails go in over a socket, facts come back, and it ends with its parent.

A mail travels as (length, received) and its bytes; an answer as its length and a pickle that may
name nothing but the facts' own classes, so that a corrupted worker cannot run code in its parent.
"""

import copyreg
import io
import os
import pickle
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from inbox.mime import parse
from inbox.mime.parsed import Address, Bounce, Failure, Parsed, Part

Job = tuple[bytes, datetime | None]
HEAD = struct.Struct("!Qd")
SIZE = struct.Struct("!Q")
UNKNOWN = float("-inf")
START_SECONDS = 60.0
ROOM = 512 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]
FACTS = {
    "inbox.mime.parsed": {"Address", "Bounce", "Failure", "Parsed", "Part"},
    "datetime": {"datetime", "timedelta", "timezone"},
}


class WorkerNotStarted(RuntimeError):
    """The process could not be started: no mail's fault, and nothing was parsed."""


class WorkerLost(Exception):
    """The process died or answered too late; `answered` holds the facts it gave before."""

    def __init__(self, reason: str, answered: list[Parsed], *, late: bool) -> None:
        super().__init__(reason)
        self.answered = answered
        self.late = late


class Worker:
    """The parent's end of one parsing process."""

    def __init__(self) -> None:
        self.served = 0
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "inbox.mime.worker"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=ROOT,
                env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
            )
        self.socket = ours
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        """Let the process import what it needs, so that no mail pays for that with its time."""
        self.socket.settimeout(START_SECONDS)
        try:
            ready = self.socket.recv(1)
        except OSError:
            ready = b""
        if not ready:
            self.kill()
            raise WorkerNotStarted("the parsing process did not start")
        self.socket.setblocking(False)

    def run(self, jobs: list[Job], seconds: float) -> list[Parsed]:
        """Return the facts of the mails; raises WorkerLost, and is of no use after that."""
        answers: list[Parsed] = []
        try:
            answers.extend(self._answers(jobs, seconds))
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self.kill()
            late = isinstance(error, TimeoutError)
            reason = f"took longer than {seconds:g} s" if late else "its worker died"
            raise WorkerLost(reason, answers, late=late) from error
        self.served += len(jobs)
        return answers

    def close(self) -> None:
        """Let the process end by itself, and wait for it."""
        self.socket.close()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the process now."""
        self.socket.close()
        self.process.kill()
        self.process.wait()

    def _answers(self, jobs: list[Job], seconds: float) -> Iterator[Parsed]:
        """Write and read at once, so that neither side waits for the other with a full pipe."""
        pieces = _pieces(jobs)
        unsent = memoryview(next(pieces, b""))
        unread = bytearray()
        left = len(jobs)
        deadline = time.monotonic() + seconds
        while left:
            wait = max(0.0, deadline - time.monotonic())
            readable, writable, _ = select.select(
                [self.socket], [self.socket] if unsent else [], [], wait
            )
            if not readable and not writable:
                raise TimeoutError
            if writable:
                unsent = unsent[self.socket.send(unsent[:1_048_576]) :] or memoryview(
                    next(pieces, b"")
                )
            if readable:
                received = self.socket.recv(65_536)
                if not received:
                    raise EOFError
                unread += received
                for answer in _unpacked(unread):
                    left -= 1
                    deadline = time.monotonic() + seconds
                    yield answer


def _pieces(jobs: list[Job]) -> Iterator[bytes]:
    for raw, received in jobs:
        yield HEAD.pack(len(raw), received.timestamp() if received else UNKNOWN)
        if raw:
            yield raw


def _unpacked(unread: bytearray) -> Iterator[Parsed]:
    """Take the complete answers off the front of what was read."""
    while len(unread) >= SIZE.size:
        end = SIZE.size + SIZE.unpack_from(unread)[0]
        if len(unread) < end:
            return
        answer = _Facts(io.BytesIO(unread[SIZE.size : end])).load()
        del unread[:end]
        if not isinstance(answer, Parsed):
            raise pickle.UnpicklingError
        yield answer


class _Facts(pickle.Unpickler):
    """Reads the facts' own classes and refuses every other name."""

    def find_class(self, module: str, name: str) -> type:
        if name not in FACTS.get(module, ()):
            raise pickle.UnpicklingError(f"{module}.{name}")
        found = super().find_class(module, name)
        assert isinstance(found, type)
        return found


def serve(stream: io.BufferedRWPair, seconds: int) -> None:
    """Answer mails until the other side is gone; each may use `seconds` of processor time."""
    while head := stream.read(HEAD.size):
        length, stamp = HEAD.unpack(head)
        raw = stream.read(length)
        if len(raw) < length:
            return
        received = None if stamp == UNKNOWN else datetime.fromtimestamp(stamp, UTC)
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds + 1, hard))
        answer = pickle.dumps(_parsed(raw, received), protocol=5)
        stream.write(SIZE.pack(len(answer)) + answer)
        stream.flush()


def _parsed(raw: bytes, received: datetime | None) -> Parsed:
    try:
        return parse.parse(raw, received=received)
    except MemoryError:
        return parse.headers_only(raw, received=received, defect="bounds: out of memory")


def confine() -> None:
    """Give up what parsing never needs: more memory, files to write, core dumps."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    room = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def hasten() -> None:
    """Have facts written by their values: dataclasses look for the names anew at each of them."""
    for kind in (Address, Bounce, Failure, Parsed, Part):
        values = attrgetter(*(field.name for field in fields(kind)))
        copyreg.pickle(kind, partial(_written, kind, values))


def _written(kind: type, values: Callable[[object], Any], fact: object) -> tuple[type, Any]:
    return kind, values(fact)


def main() -> None:
    """Serve the socket on standard input."""
    confine()
    hasten()
    ours = socket.socket(fileno=os.dup(0))
    ours.setblocking(True)
    ours.sendall(b"+")
    with ours, ours.makefile("rwb") as stream:
        serve(stream, seconds=6)


if __name__ == "__main__":
    main()
