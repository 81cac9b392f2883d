"""Check 2: what each mail costs the process that reads it, and that none of them kills it.

Every mail is read by itself in a worker as the engine has them, and after those the hostile ones
of our own tests. A second of a busy machine says little, so processor time is told as well.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.corpus import checks, piles
from inbox.mime import worker
from tests.inbox.mime import hostile

LONGEST, MOST = 10.0, 512  # seconds, MiB
PATIENCE = 60.0
SLOW = 1.0
TICKS = 100  # of /proc, a second


@dataclass
class Costs:
    """What the mails of one group cost."""

    seconds: dict[str, float] = field(default_factory=dict)
    processor: dict[str, float] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    peak: int = 0


def run(pile: Path, only: list[str] | None) -> list[checks.Check]:
    """Read everything, mail by mail."""
    check = checks.Check(2, "Bounded work")
    for what, found in (
        ("listed mails", _listed(pile, only)),
        ("hostile mails of our own", ((name, made()) for name, made in hostile.MAILS.items())),
    ):
        _tell(check, what, _read(found))
    return [check]


def _listed(pile: Path, only: list[str] | None) -> Iterator[tuple[str, bytes]]:
    for box in only or piles.boxes(pile):
        yield from ((f"{box} {mail.uid}", mail.raw) for mail in piles.mails(pile, box))


def _read(mails: Iterator[tuple[str, bytes]]) -> Costs:
    costs = Costs()
    process = worker.Worker()
    for name, raw in mails:
        before, began = _processor(process), time.monotonic()
        try:
            (found,) = process.run([(raw, None)], PATIENCE)
        except worker.WorkerLost as loss:
            costs.lost.append(f"{name}: {loss}")
            process = worker.Worker()
            continue
        costs.seconds[name] = time.monotonic() - began
        costs.processor[name] = _processor(process) - before
        costs.peak = max(costs.peak, _peak(process))
        if found.quality == "raw_only":
            costs.unread.append(f"{name}: {', '.join(found.defects)}")
    process.close()
    return costs


def _tell(check: checks.Check, what: str, costs: Costs) -> None:
    count = len(costs.seconds) + len(costs.lost)
    check.none(f"{what} that killed their worker, of {count}", costs.lost)
    slowest = max(costs.seconds.values(), default=0)
    most = max(costs.processor.values(), default=0)
    load = os.getloadavg()[0]
    is_busy = load > 2 * (os.cpu_count() or 1) and most <= LONGEST / 2
    excuse = f"machine busy, load {load:.0f}" if is_busy else ""
    seconds = f"{slowest:.2f}"
    check.add(f"{what}: most seconds", f"≤ {LONGEST:g}", seconds, slowest <= LONGEST, excuse)
    check.add(f"{what}: most processor seconds", f"≤ {LONGEST:g}", f"{most:.2f}", most <= LONGEST)
    check.add(f"{what}: memory of the worker, MiB", f"< {MOST}", costs.peak, costs.peak < MOST)
    check.none(f"{what} shown by their headers alone", costs.unread)
    slow = sorted(costs.processor.items(), key=lambda item: -item[1])
    check.notes += [f"{spent:6.2f} s  {name}" for name, spent in slow[:8] if spent >= SLOW / 10]


def _processor(process: worker.Worker) -> float:
    """Seconds of processor time the process has used (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{process.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _peak(process: worker.Worker) -> int:
    """Most MiB of memory the process has held."""
    status = Path(f"/proc/{process.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024
