"""Import of a mailbox through a real Dovecot, beside mbsync and `mu index` on the same mail."""

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import ground, mailboxes
from bench.table import Line
from inbox.models import LedgerEntry
from sync.actions import lease, reading
from tests.servers.dovecot import PASSWORD

# Mails a second of other products, measured in November 2026 on 2,000 mails beside mu index,
# which did 598 there; and how many times as fast we hold ourselves to be
MU = 598
OTHERS = {
    "FreeScout": (41, 8),
    "HyperKitty": (39, 8),
    "django-helpdesk": (31, 10),
    "django-mailbox": (98, 4),
    "django-crm": (17, 15),
}


@dataclass(frozen=True)
class Imported:
    """Seconds of wall and of our own CPU, and the first moment fifty mails could be seen."""

    count: int
    wall: float
    cpu: float
    first_fifty: float

    @property
    def rate(self) -> float:
        return self.count / self.wall


def measure(
    server: Any, certificate: Any, count: int
) -> tuple[ground.Office, Imported, list[Line]]:
    """Import `count` mails; returns the filled office, to be read, and the figures."""
    box = ground.box(server, certificate)
    mailboxes.write_maildir(server.maildir(box.address), count)
    server.own(server.root / "mail" / box.address)
    warm(box)
    mbsync = _mbsync(box)
    mu = _mu(server.maildir(box.address))
    office = ground.Office.open(ground.World.build(), box)
    ours = _ours(office, count)
    before = time.perf_counter()
    office.pull()
    again, theirs = time.perf_counter() - before, _again(box)
    rate = f"{ours.rate:.0f}/s"
    lines = [
        Line(
            f"import {count}: rate ÷ mu index",
            rate,
            f"mu {count / mu:.0f}/s",
            mu / ours.wall,
            0.8,
        ),
        Line(
            f"import {count}: wall ÷ mbsync",
            rate,
            f"mbsync {count / mbsync:.0f}/s",
            ours.wall / mbsync,
        ),
        Line(
            f"import {count}: CPU of ours for a mail, ms",
            f"{ours.cpu / count * 1e3:.2f}",
            "limit 1.0",
            ours.cpu / count * 1e3,
            1.0,
            is_limit=True,
        ),
        Line(
            f"first fifty of {count} stored, seconds",
            f"{ours.first_fifty:.2f}",
            "limit 2.0",
            ours.first_fifty,
            2.0,
            is_limit=True,
        ),
        Line(
            f"resync of {count} without a change ÷ mbsync",
            f"{again:.2f} s",
            f"mbsync {theirs:.2f} s",
            again / theirs,
            2.0,
            is_limit=True,
        ),
    ]
    return office, ours, [*lines, *(others(ours, mu) if count <= 2_000 else [])]


def others(ours: Imported, mu: float) -> list[Line]:
    """Other products' rates, scaled by what mu does today instead of then."""
    lines = []
    for name, (rate, bar) in OTHERS.items():
        theirs = rate * (ours.count / mu) / MU
        words = f"import {ours.count}: rate ÷ {name}'s"
        lines.append(
            Line(words, f"{ours.rate:.0f}/s", f"scaled {theirs:.0f}/s", ours.rate / theirs, bar)
        )
    return lines


def compare(small: Imported, large: Imported) -> Line:
    """The rate must not fall as a mailbox grows."""
    return Line(
        f"import rate: at {large.count} ÷ at {small.count}",
        f"{large.rate:.0f}/s",
        f"{small.rate:.0f}/s",
        large.rate / small.rate,
        0.8,
    )


def _ours(office: ground.Office, count: int) -> Imported:
    """A worker that has been at work before takes on a new mailbox."""
    reading.pool().parse([b"Subject: warm\r\n\r\n"])
    cpu, started = _cpu(), _start()
    with _first_fifty(office) as seen:
        ground.pull_all(office)
    wall = time.perf_counter() - started
    reading.pool().close()  # its processes' time counts once they have ended
    reading.pool.cache_clear()
    return Imported(count, wall, _cpu() - cpu, seen[0] - started)


@contextmanager
def _first_fifty(office: ground.Office) -> Iterator[list[float]]:
    """Notes when the fiftieth mail of the office was committed."""
    seen: list[float] = []

    def look(point: str) -> None:
        if point == "after commit" and not seen and _stored(office) >= 50:
            seen.append(time.perf_counter())

    before, lease.watch = lease.watch, look
    try:
        yield seen
    finally:
        lease.watch = before


def _stored(office: ground.Office) -> int:
    with office.world.opened():
        return LedgerEntry.objects.filter(mailbox=office.mailbox, decision="imported").count()


def _cpu() -> float:
    """Our seconds of CPU, those of ended children included."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def warm(box: ground.Box) -> None:
    """Let Dovecot build its index first, as it stands for every contender."""
    client = box.client()
    client.select_folder("INBOX", readonly=True)
    client.fetch("1:*", ["UID", "RFC822.SIZE"])
    client.logout()


def _mbsync(box: ground.Box) -> float:
    """Seconds mbsync needs to copy the mailbox over the same kind of connection."""
    with tempfile.TemporaryDirectory(prefix="fio-mbsync-") as folder:
        return _run_mbsync(box, Path(folder))


def _again(box: ground.Box) -> float:
    """Seconds mbsync needs when nothing has changed."""
    with tempfile.TemporaryDirectory(prefix="fio-mbsync-") as folder:
        _run_mbsync(box, Path(folder))
        return _run_mbsync(box, Path(folder))


def _start() -> float:
    """The clock, once the disk has written what came before: that is nobody's of the contenders."""
    os.sync()
    return time.perf_counter()


def _run_mbsync(box: ground.Box, folder: Path) -> float:
    (folder / "mail").mkdir(exist_ok=True)
    (folder / "rc").write_text(
        f"IMAPAccount a\nHost localhost\nPort {box.server.imaps}\nUser {box.address}\n"
        f"Pass {PASSWORD}\nSSLType IMAPS\nCertificateFile {box.authority}\nPipelineDepth 50\n\n"
        f"IMAPStore far\nAccount a\n\nMaildirStore near\nInbox {folder}/mail/INBOX\n"
        f"Path {folder}/mail/\n\nChannel c\nFar :far:\nNear :near:\nPatterns INBOX\n"
        f"Create Near\nSync Pull\nSyncState {folder}/state-\n"
    )
    started = _start()
    subprocess.run(
        ["mbsync", "-q", "-c", str(folder / "rc"), "-a"], check=True, capture_output=True
    )
    return time.perf_counter() - started


def _mu(maildir: Path) -> float:
    """Seconds `mu index` needs for the same files."""
    with tempfile.TemporaryDirectory(prefix="fio-mu-") as folder:
        home = f"--muhome={folder}"
        subprocess.run(
            ["mu", "init", home, f"--maildir={maildir}"], check=True, capture_output=True
        )
        started = _start()
        subprocess.run(["mu", "index", home, "--quiet"], check=True, capture_output=True)
        return time.perf_counter() - started
