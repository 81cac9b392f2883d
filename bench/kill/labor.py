"""A worker and the scheduler as in production, and what may be done to them."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections

from bench.ground import Office
from tests.servers.stack import Stack, stack

LANES = {"worker-in": "mail.out,mail.in.hot,mail.in,mail.backfill,mail.maint,default"}
WORKER, SCHEDULER = "worker-in", "scheduler"
# So long nothing may move before we give up and count what there is
PATIENCE = 600.0
# Every so many kills the scheduler goes with the worker
BOTH = 5


@contextmanager
def working(office: Office) -> Iterator[Stack]:
    """One worker for all lanes, and the scheduler, of this very checkout."""
    names = (WORKER, SCHEDULER)
    with (
        tempfile.TemporaryDirectory(prefix="fio-kill-") as folder,
        stack(Path(folder), environment(office), *names, lanes=LANES) as running,
    ):
        yield running


def environment(office: Office) -> dict[str, str]:
    """What a process of ours needs to reach everything."""
    env = {name: value for name, value in os.environ.items() if name.startswith("FIO_")}
    return env | {"FIO_MAIL_CAFILE": str(office.box.authority), "FIO_LOG_LEVEL": "WARNING"}


def kill_along(
    running: Stack, kills: int, total: int, done: Callable[[], int], jitter: Callable[[], float]
) -> int:
    """Kill so often while `done` goes from 0 to `total`, evenly spread; returns the kills."""
    killed, moved_at, last = 0, time.monotonic(), -1
    while True:
        now = done()
        if now != last:
            last, moved_at = now, time.monotonic()
        if now >= total:
            return killed
        if time.monotonic() - moved_at > PATIENCE:
            print(f"  nothing moves at {now} of {total} after {killed} kills", flush=True)
            return killed
        if killed < kills and now >= total * (killed + 1) / (kills + 1):
            time.sleep(jitter())
            killed += 1
            _kill(running, killed)
            print(f"  kill {killed} at {now} of {total}", flush=True)
        else:
            time.sleep(0.05)


def _kill(running: Stack, number: int) -> None:
    names = [WORKER, SCHEDULER] if number % BOTH == 0 else [WORKER]
    for name in names:
        running.kill(name)
    expire()
    running.start(*names)


def expire() -> None:
    """End the leases of the dead, for which all would else wait up to two minutes."""
    with connections["system"].cursor() as cursor:
        cursor.execute(
            "UPDATE sync_schedule SET lease_until = now() - interval '1 second', due_at = now()"
            " WHERE lease_until > now()"
        )
