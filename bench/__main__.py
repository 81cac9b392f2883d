"""`make bench`: import, lists, search and lanes at several sizes, as ratios in one run."""

import argparse
import os
import shlex
import sys
from pathlib import Path

from bench import files, ground, importing, joining, lanes, mailboxes, news, reading, table
from bench.table import Line
from tests.servers.certificates import Certificate
from tests.servers.dovecot import Dovecot

WORDS = """Each line is a ratio within this run: against a peer on the same mail and machine,
against the same mailbox at another size, or against a limit. Times of pages are whole requests
of one client, through sessions, both tenant walls and templates; rows of a list that were shown
before are remembered by the process. Import rates hold fetching over
TLS, keeping the raw bytes, reading, cleaning, threading, linking, full text and the ledger; where
the time goes is in [import.md](import.md). `mu index` reads files, cleans no HTML and asks no
server; rates of other products are those measured once beside mu, times what mu gained since, which
flatters them. PostgreSQL and Valkey write to the disk as in production. Two processor cores;
{load}."""


def main() -> int:
    """Returns 1 when a line misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", default="2000,20000", help="mails in each mailbox")
    parser.add_argument("--write", type=Path, help="the page to write, such as docs/speed.md")
    chosen = parser.parse_args()
    before = os.getloadavg()[1]
    with ground.servers() as (server, certificate):
        lines = measure(server, certificate, [int(size) for size in chosen.sizes.split(",")])
        lines += [
            lanes.memory(server, certificate),
            news.measure(server, certificate),
            files.measure(),
            # The last, as it leaves a million dead rows to be swept beside whatever follows
            lanes.claims(),
        ]
    missed = table.show(lines)
    load = f"load {before:.1f} at the beginning, {os.getloadavg()[1]:.1f} at the end"
    print(load)
    if chosen.write:
        kept = [word for word in sys.argv[1:] if not word.endswith(".md") and word != "--write"]
        command = shlex.join(["python", "-m", "bench", *kept])
        table.write(chosen.write, WORDS.format(load=load), command, lines)
    return 1 if missed else 0


def measure(server: Dovecot, certificate: Certificate, sizes: list[int]) -> list[Line]:
    """Fill and read a mailbox of each size; the first is what the others are held against."""
    lines: list[Line] = []
    reads: dict[int, reading.Reads] = {}
    imports: dict[int, importing.Imported] = {}
    for size in sizes:
        office, imports[size], found = importing.measure(server, certificate, size)
        reads[size] = reading.measure(office)
        lines += found + reading.bars(reads[size], size)
        if size <= mailboxes.MANY:
            lines.append(joining.measure(office, size))
        if size != sizes[-1]:
            ground.wipe()
    lines += [reading.wall(office), reading.first_load(office)]
    for size in sizes[1:]:
        lines.append(importing.compare(imports[sizes[0]], imports[size]))
        lines += reading.compare(reads[sizes[0]], reads[size], (sizes[0], size))
    ground.wipe()
    return lines


if __name__ == "__main__":
    sys.exit(main())
