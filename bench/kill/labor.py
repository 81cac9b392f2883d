"""A worker and the scheduler as in production, and what may be done to them."""

import contextlib
import os
import signal
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
def working(office: Office, *more: str) -> Iterator[Stack]:
    """One worker for all lanes, the scheduler and what else is named, of this very checkout."""
    names = (WORKER, SCHEDULER, *more)
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
    running: Stack,
    kills: int,
    total: int,
    done: Callable[[], int],
    jitter: Callable[[], float],
    *,
    kill: Callable[[Stack, int], None] | None = None,
) -> int:
    """Kill so often while `done` goes from 0 to `total`, evenly spread; returns the kills.

    `kill` is given the number of the kill, from 1; else it is the worker, and now and then the
    scheduler with it.
    """
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
            (kill or workers)(running, killed)
            print(f"  kill {killed} at {now} of {total}", flush=True)
        else:
            time.sleep(0.05)


def workers(running: Stack, number: int, *, both: int = BOTH) -> None:
    """The worker, and with every so many the scheduler; others take their place at once."""
    names = [WORKER, SCHEDULER] if number % both == 0 else [WORKER]
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
        cursor.execute(
            "UPDATE inbox_sweep SET lease_until = now() - interval '1 second'"
            " WHERE lease_until > now()"
        )


def web(running: Stack, name: str) -> None:
    """The master of the web server and everything it began, in the middle of their requests."""
    master = running.running[name].pid
    family = _children(master)
    running.kill(name)
    for pid in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    running.start(name)


def _children(master: int) -> list[int]:
    """The processes that this one began."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(place.read_text().rpartition(")")[2].split()[1]) == master:
                found.append(int(place.parent.name))
    return found
