"""Parsing in worker processes that may die: one bad mail costs itself, never its neighbours."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import takewhile
from queue import LifoQueue

from inbox.mime import parse
from inbox.mime.parsed import Parsed
from inbox.mime.worker import Job, Worker, WorkerLost

RAW_LIMIT = 50 * 1024 * 1024
GLIMPSE = 256 * 1024  # bytes that are read of a mail that is too much as a whole
BATCH_BYTES = 8 * 1024 * 1024
BATCH_MAILS = 200
SERVED = 20_000


class Pool:
    """Worker processes that parse; safe to use from threads, which wait for a free worker."""

    def __init__(self, size: int = 1, *, seconds: float = 7.0, served: int = SERVED) -> None:
        self.seconds = seconds
        self.served = served
        self._free: LifoQueue[Worker | None] = LifoQueue()
        self._lock = threading.Lock()
        self._closed = False
        self.deaths = 0
        for _ in range(max(1, size)):
            self._free.put(None)

    def parse(
        self, raws: Sequence[bytes], received: Sequence[datetime | None] | None = None
    ) -> list[Parsed]:
        """Return the facts of each mail in order; `received` (aware) bounds each mail's date.

        Of a mail above 50 MiB, or one that kills its worker or takes longer than `seconds`, only
        the beginning is read (quality "partial"), or its headers alone if even that is too much
        (quality "raw_only"). Raises worker.WorkerNotStarted where no process can be started at all.
        """
        times = received or [None] * len(raws)
        found: list[Parsed] = []
        for batch in _batches(list(zip(raws, times, strict=True))):
            with self._seat() as seat:
                found += seat.run(batch)
        return found

    def close(self) -> None:
        """End the workers that are free; those at work end when they are given back."""
        self._closed = True
        seats = []
        while not self._free.empty():
            seats.append(self._free.get())
        for worker in seats:
            if worker is not None:
                worker.close()
            self._free.put(None)

    @contextmanager
    def _seat(self) -> Iterator["_Seat"]:
        seat = _Seat(self, self._free.get())
        try:
            yield seat
        finally:
            if self._closed and seat.worker is not None:
                seat.worker.close()
                seat.worker = None
            self._free.put(seat.worker)


class _Seat:
    """One place in the pool: its worker, replaced whenever it is lost or has served enough."""

    def __init__(self, pool: Pool, worker: Worker | None) -> None:
        self.pool = pool
        self.worker = worker

    def run(self, jobs: list[Job]) -> list[Parsed]:
        """Parse a batch; answers come in order, so the first mail without one is the guilty one."""
        found: list[Parsed] = []
        alone = False
        while len(found) < len(jobs):
            rest = jobs[len(found) : len(found) + 1 if alone else None]
            rest = list(takewhile(_is_readable, rest))
            if not rest:
                found.append(self._glimpse(jobs[len(found)], "bounds: larger than 50 MiB"))
                continue
            try:
                found += self._ready().run(rest, self.pool.seconds)
                alone = False
            except WorkerLost as loss:
                self.worker = None
                self.pool.deaths += 1
                found += loss.answered
                if loss.late or alone:
                    found.append(self._glimpse(jobs[len(found)], f"bounds: {loss}"))
                # A worker that died may have suffered from those before: the mail is tried alone.
                alone = not (loss.late or alone)
        return found

    def _glimpse(self, job: Job, defect: str) -> Parsed:
        """Read the beginning of a mail that is too much as a whole."""
        raw, received = job
        beginning = raw[:GLIMPSE]
        try:
            (found,) = self._ready().run([(beginning, received)], self.pool.seconds / 3)
        except WorkerLost:
            self.worker = None
            return parse.headers_only(beginning, received=received, defect=defect)
        return parse.cut(found, defect, is_whole=len(raw) <= GLIMPSE)

    def _ready(self) -> Worker:
        if self.worker is not None and self.worker.served >= self.pool.served:
            self.worker.close()
            self.worker = None
        if self.worker is None:
            self.worker = Worker()
        return self.worker


def _is_readable(job: Job) -> bool:
    return len(job[0]) <= RAW_LIMIT


def _batches(jobs: list[Job]) -> Iterator[list[Job]]:
    """Yield runs of mails that travel together; a mail above the limit travels alone."""
    batch: list[Job] = []
    size = 0
    for job in jobs:
        if batch and (size + len(job[0]) > BATCH_BYTES or len(batch) >= BATCH_MAILS):
            yield batch
            batch, size = [], 0
        batch.append(job)
        size += len(job[0])
    if batch:
        yield batch
