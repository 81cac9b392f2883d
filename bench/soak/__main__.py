"""`make soak`: many mailboxes, mail coming in at random, for minutes or for the hour."""

import argparse
import os
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from bench import figures, ground
from bench.figures import Figure
from bench.soak import crowd
from bench.soak.crowd import Letter, Postman
from bench.soak.watch import Watch, stuck_leases
from tests.servers import certificates, dovecot
from tests.servers.stack import WORKERS, stack

WORDS = """Real Dovecot mailboxes, each listened to by IDLE over TLS, and the workers, the scheduler
and the listener by their production command lines. One workspace owns four mailboxes of five; the
rest belong to twenty others. Freshness is the time from the moment a mail is laid into the mailbox
to the moment its row is decided in the ledger. Memory is the proportional set size (PSS) of a
process and its children; its growth is that of a straight line through the second half."""
NAMES = (*WORKERS, "scheduler", "listener")
SAMPLE = 5.0
GRACE = 300.0
CROWD = 500


def main() -> int:
    """Returns 1 when a figure misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--boxes", type=int, default=200, help="mailboxes; 1000 in full")
    parser.add_argument("--minutes", type=float, default=3, help="of deliveries; 60 in full")
    parser.add_argument("--rate", type=float, default=2.0, help="mails a second, over all")
    parser.add_argument("--write", type=Path, help="the page to write, such as docs/soak.md")
    chosen = parser.parse_args()
    call_command("database_bootstrap", verbosity=0)
    call_command("migrate", verbosity=0)
    ground.wipe()
    with tempfile.TemporaryDirectory(prefix="fio-soak-") as folder:
        found = soak(Path(folder), chosen.boxes, chosen.minutes * 60, chosen.rate)
    title = f"{chosen.boxes} mailboxes, {chosen.rate:g} mails a second, {chosen.minutes:g} minutes"
    figures.show(title, found)
    if chosen.write:
        kept = [word for word in sys.argv[1:] if not word.endswith(".md") and word != "--write"]
        command = "python -m bench.soak " + shlex.join(kept)
        figures.write(chosen.write, "Soak", WORDS, command, {title: found})
    return 0 if all(figure.holds for figure in found) else 1


def soak(folder: Path, boxes: int, seconds: float, rate: float) -> list[Figure]:
    """Connect everybody, wait until all are in step, then deliver for so long."""
    load = os.getloadavg()[1]
    certificate = certificates.issue(folder)
    addresses = crowd.addresses(boxes)
    with dovecot.dovecot(certificate, crowd=addresses) as server:
        postman = Postman(server, boxes)
        postman.fill()
        crowd.connect_all(server, boxes)
        env = {name: value for name, value in os.environ.items() if name.startswith("FIO_")}
        env |= {"FIO_MAIL_CAFILE": str(certificate.authority), "FIO_LOG_LEVEL": "WARNING"}
        with stack(folder, env, *NAMES) as running:
            watch, began = Watch(running), time.monotonic()
            _until(lambda: _in_step() >= boxes, "in step", GRACE + 3 * boxes)
            _until(lambda: _heard() >= boxes, "heard", GRACE + boxes)
            ready, lacking = time.monotonic() - began, boxes - min(_in_step(), _heard())
            _deliver(postman, watch, seconds, rate)
            arrived = _arrived(postman.letters)
            died = [name for name, child in running.running.items() if child.poll() is not None]
            return [
                Figure("runnable processes on this machine, of all its work", load),
                Figure("all mailboxes in step and listened to after", round(ready), unit=" s"),
                Figure("but for so many", lacking, 0),
                *_fresh(postman.letters, arrived),
                Figure("processes that died", len(died), 0),
                *_memory(watch, boxes),
                Figure("transactions idle for more than 15 s", watch.idle, 0),
                Figure("leases nobody holds and nobody takes", stuck_leases(), 0),
            ]


def _deliver(postman: Postman, watch: Watch, seconds: float, rate: float) -> None:
    """Mail at random moments, as many a second on average, and a sample now and then."""
    began = time.monotonic()
    sampled = delivered = 0.0
    while (now := time.monotonic() - began) < seconds:
        if now >= delivered:
            delivered = max(now - 5, delivered) + postman.luck.expovariate(rate)
            postman.deliver()
        if now >= sampled:
            sampled = now + SAMPLE
            watch.look(now)
        time.sleep(0.01)
    print(f"  {len(postman.letters)} mails delivered", flush=True)


def _arrived(letters: list[Letter]) -> dict[str, tuple[float, int]]:
    """By Message-ID the moment of the decision and how many rows; waits for the last ones."""
    until = time.monotonic() + GRACE
    while True:
        with connections["system"].cursor() as cursor:
            cursor.execute(
                "SELECT m.rfc_id, extract(epoch FROM min(l.decided_at))::float8,"
                " count(DISTINCT m.id) FROM inbox_message m JOIN inbox_ledgerentry l"
                " ON l.workspace_id = m.workspace_id AND l.message_id = m.id GROUP BY m.rfc_id"
            )
            found = {rfc_id: (at, rows) for rfc_id, at, rows in cursor.fetchall()}
        missing = sum(letter.rfc_id not in found for letter in letters)
        if not missing or time.monotonic() > until:
            return found
        time.sleep(1)


def _fresh(letters: list[Letter], arrived: dict[str, tuple[float, int]]) -> list[Figure]:
    took: dict[bool, list[float]] = {True: [0.0], False: [0.0]}
    for letter in letters:
        if letter.rfc_id in arrived:
            took[letter.is_big].append(arrived[letter.rfc_id][0] - letter.at.timestamp())
    everyone = took[True] + took[False]
    big, small = _percentile(took[True], 95), _percentile(took[False], 95)
    return [
        Figure("mails delivered", len(letters)),
        Figure("of them not here", sum(each.rfc_id not in arrived for each in letters), 0),
        Figure("here more than once", sum(rows > 1 for _at, rows in arrived.values()), 0),
        Figure("freshness, half of all within", _percentile(everyone, 50), unit=" s"),
        Figure("freshness, 95 of 100 within", _percentile(everyone, 95), 1.0, " s"),
        Figure("the same, the workspace with four of five mailboxes", big, unit=" s"),
        Figure("the same, the twenty others", small, unit=" s"),
        Figure("the others' ÷ the big one's", small / max(big, 0.01), 1.5),
    ]


def _memory(watch: Watch, boxes: int) -> list[Figure]:
    found = []
    for name in sorted(watch.samples):
        found.append(Figure(f"memory of {name} at the end", watch.last(name), unit=" MB"))
        found.append(
            Figure(f"its growth in the second half ({name})", watch.growth(name), 10, " %")
        )
    first = watch.samples["scheduler"][-1][1]
    each = max(watch.samples["listener"][-1][1] - first, 0) / boxes / 1000
    # With few mailboxes it is what the two programs differ by anyway
    bar = 60 if boxes >= CROWD else None
    return [*found, Figure("listener above the scheduler, for each mailbox", each, bar, " KB")]


def _percentile(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return 0.0
    return statistics.quantiles(values, n=100)[percent - 1]


def _in_step() -> int:
    return _count("SELECT count(*) FROM inbox_mailbox WHERE state = 'active'")


def _heard() -> int:
    return _count("SELECT count(*) FROM sync_schedule WHERE heard_until > now()")


def _count(statement: str) -> int:
    with connections["system"].cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def _until(condition: Callable[[], bool], what: str, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not condition() and time.monotonic() < deadline:
        time.sleep(1)
    print(f"  {what} after {patience - (deadline - time.monotonic()):.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
