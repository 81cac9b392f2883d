"""The four stories: killed while reading, killed while sending, robbed, and put to sleep."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import ground, mailboxes
from bench.figures import Figure
from bench.ground import Office
from bench.kill import count, labor
from tests.servers.sink import sink

CHECKOUT = Path(__file__).parents[2]
ROBBERIES = 20


def _office(server: Any, certificate: Any, mails: int, smtp_port: int = 0) -> Office:
    box = ground.box(server, certificate)
    mailboxes.write_maildir(server.maildir(box.address), mails)
    server.own(server.root / "mail" / box.address)
    return Office.open(ground.World.build(), box, smtp_port=smtp_port)


def reading(server: Any, certificate: Any, *, mails: int, kills: int) -> list[Figure]:
    """A worker is killed again and again while it imports a mailbox."""
    office, luck = _office(server, certificate, mails), random.Random(1)
    began = time.monotonic()
    with labor.working(office) as running:
        killed = labor.kill_along(
            running, kills, mails, lambda: count.imported(office), lambda: luck.uniform(0, 0.5)
        )
    took = time.monotonic() - began
    return [
        Figure("kill -9 of the worker", killed),
        Figure("the import took, with all that", round(took), unit=" s"),
        *count.reading(office),
    ]


def sending(server: Any, certificate: Any, *, mails: int, kills: int) -> list[Figure]:
    """A worker is killed again and again while it empties an outbox."""
    luck = random.Random(2)
    with sink(certificate) as smtp:
        office = _office(server, certificate, 1, smtp.port)
        ground.pull_all(office)
        for number in range(mails):
            office.write(f"p{number}@customer.test", subject=f"Offer {number}")
        with labor.working(office) as running:
            killed = labor.kill_along(
                running, kills, mails, lambda: count.leaving(office), lambda: luck.uniform(0, 0.2)
            )
        return [Figure("kill -9 of the worker", killed), *count.sending(office, smtp)]


def robbed(server: Any, certificate: Any, *, mails: int) -> list[Figure]:
    """Two workers are forced onto one mailbox and take the lane from each other."""
    office, luck = _office(server, certificate, mails), random.Random(3)
    over = threading.Event()
    takes = [0, 0]

    def rob(number: int) -> None:
        while takes[number] < ROBBERIES and not over.is_set():
            takes[number] += 1
            _lane(office, "in").wait()
            over.wait(luck.uniform(0, 2))

    pair = [threading.Thread(target=rob, args=(number,)) for number in range(2)]
    for thread in pair:
        thread.start()
    _until(lambda: count.imported(office) >= mails or not any(t.is_alive() for t in pair))
    over.set()
    for thread in pair:
        thread.join()
    ground.pull_all(office)
    return [Figure("times a worker took the lane", sum(takes)), *count.reading(office)]


def asleep(server: Any, certificate: Any, *, mails: int) -> list[Figure]:
    """A reading worker is stopped past its lease; another finishes; then the first wakes up."""
    office = _office(server, certificate, mails)
    sleeper = _lane(office, "in")
    _until(lambda: count.imported(office) >= min(50, mails // 2) or sleeper.poll() is not None)
    sleeper.send_signal(signal.SIGSTOP)
    at = count.imported(office)
    labor.expire()
    ground.pull_all(office)
    sleeper.send_signal(signal.SIGCONT)
    sleeper.wait(120)
    return [Figure("mails read when it was stopped", at), *count.reading(office)]


def asleep_sending(server: Any, certificate: Any, *, mails: int) -> list[Figure]:
    """A sending worker is stopped past its lease in the middle of a mail."""
    with sink(certificate) as smtp:
        office = _office(server, certificate, 1, smtp.port)
        ground.pull_all(office)
        for number in range(mails):
            office.write(f"p{number}@customer.test", subject=f"Offer {number}")
        smtp.delay = 0.05
        sleeper = _lane(office, "out")
        _until(lambda: len(smtp.mails) >= mails // 3 or sleeper.poll() is not None)
        sleeper.send_signal(signal.SIGSTOP)
        at = len(smtp.mails)
        labor.expire()
        # What the server had begun to answer it may still take within its own time
        _until(lambda: _push(office) and count.leaving(office) >= mails)
        sleeper.send_signal(signal.SIGCONT)
        sleeper.wait(120)
        return [Figure("mails sent when it was stopped", at), *count.sending(office, smtp)]


def _push(office: Office) -> bool:
    office.push()
    return True


def _lane(office: Office, lane: str) -> "subprocess.Popen[bytes]":
    """A process that takes the lane from whoever has it, and runs it once."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.sync.sleeper"),
            *(str(office.world.acme.pk), str(office.mailbox.pk), lane, "0"),
        ],
        cwd=CHECKOUT,
        env=os.environ | labor.environment(office),
    )


def _until(condition: Callable[[], object]) -> None:
    """Wait for it, as long as waiting can make sense."""
    deadline = time.monotonic() + labor.PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
