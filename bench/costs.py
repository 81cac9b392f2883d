"""Where the time of an import goes: CPU by process, and by what it is spent on.

python -m bench.costs --mails 2000 --write docs/import.md
"""

import argparse
import cProfile
import os
import pstats
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench import ground, importing, mailboxes
from inbox.mime.parse import parse
from sync.actions import reading

WORDS = """What the processor does while mails are imported through a real Dovecot over TLS, in
milliseconds for each mail. The first table is measured by the clock of each process. The second
and third come from a profiler, which makes everything dearer by a half to twice; what they tell
are the shares."""
WHY = """Together {whole:.2f} ms a mail, and what Dovecot and TLS take at its end: two processor
cores import at most {most:,.0f} mails a second, were no process ever waiting for another. The rows
of a batch follow from each other (what is known decides the thread, the thread decides the links),
so the worker waits for PostgreSQL in between. `mu index` reads the same files from the disk, cleans
no HTML and writes into one index; no walls, no ledger and no second reader stand beside it."""
PROCESSES = {
    "inbox.mime": "the process that parses and cleans",
    "postgres": "PostgreSQL",
    "dovecot": "Dovecot",
    "imap": "Dovecot",
}
WORKER = "our worker: IMAP, threading, linking, writing"
# Part of a file's path, and what the time spent in that file is for; the first that fits counts
PURPOSES = {
    "inbox/mime": "mail read and cleaned",
    "nh3": "mail read and cleaned",
    "sync/providers": "IMAP answers read",
    "imapclient": "IMAP answers read",
    "ssl": "TLS and sockets",
    "socket": "TLS and sockets",
    "psycopg": "rows to and from PostgreSQL",
    "django/db": "Django's ORM: rows as objects, SQL made",
    "multiprocessing": "mails passed to the parser and back",
    "pickle": "mails passed to the parser and back",
    "inbox/actions": "threads, links, people, rows prepared",
    "crm/": "threads, links, people, rows prepared",
    "sync/actions": "ledger, cursor and lease",
    "zstandard": "raw bytes compressed",
    "hashlib": "raw bytes compressed",
}
Table = list[tuple[str, float]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.costs", description=__doc__)
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--write", type=Path, help="the page to write, such as docs/import.md")
    chosen = parser.parse_args()
    tables = measure(chosen.mails)
    lines = ["# What an import costs", "", WORDS, ""]
    lines += ["```", f"python -m bench.costs --mails {chosen.mails}", "```"]
    for title, rows in tables.items():
        lines += ["", f"## {title}", "", "| for | ms a mail |", "|---|---|"]
        lines += [f"| {name} | {value:.2f} |" for name, value in rows if value >= 0.005]
    whole = sum(value for _name, value in next(iter(tables.values())))
    lines += ["", WHY.format(whole=whole, most=2_000 / whole)]
    print("\n".join(lines))
    if chosen.write:
        chosen.write.write_text("\n".join([*lines, ""]))
    return 0


def measure(count: int) -> dict[str, Table]:
    """Milliseconds a mail by process, in the worker by purpose, in the parser by function."""
    profile = cProfile.Profile(time.thread_time)
    with ground.servers() as (server, certificate):
        spent = {}
        for profiled in (False, True):
            box = ground.box(server, certificate)
            mailboxes.write_maildir(server.maildir(box.address), count)
            server.own(server.root / "mail" / box.address)
            importing.warm(box)
            office = ground.Office.open(ground.World.build(), box)
            reading.pool().parse([b"Subject: warm\r\n\r\n"])
            before = _cpu()
            if profiled:
                profile.enable()
            ground.pull_all(office)
            profile.disable()
            after = _cpu()
            spent[profiled] = {name: after[name] - before[name] for name in after}
            ground.wipe()
    mails = list(mailboxes.mails(count))
    return {
        "By process": _rows({name: used / count for name, used in spent[False].items()}),
        "In our worker, profiled": _rows(_purposes(profile, count)),
        "In the parser, profiled, callees included": _parser(mails),
    }


def _rows(spent: dict[str, float]) -> Table:
    return [(name, 1e3 * each) for name, each in sorted(spent.items(), key=lambda row: -row[1])]


def _cpu() -> dict[str, float]:
    """Seconds of CPU so far of every process of this machine that takes part."""
    found: dict[str, float] = defaultdict(float)
    tick = os.sysconf("SC_CLK_TCK")
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            stat = (place / "stat").read_text().rpartition(")")[2].split()
            command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        name = next((words for mark, words in PROCESSES.items() if mark in command), "")
        name = WORKER if int(place.name) == os.getpid() else name
        if name:
            found[name] += (int(stat[11]) + int(stat[12])) / tick
    return found


def _purposes(profile: cProfile.Profile, count: int) -> dict[str, float]:
    spent: dict[str, float] = defaultdict(float)
    for (file, _line, name), row in _calls(profile):
        words = next((w for mark, w in PURPOSES.items() if mark in f"{file} {name}"), "the rest")
        spent[words] += row[2] / count
    return spent


def _calls(profile: cProfile.Profile) -> Iterable[Any]:
    """((file, line, function), (calls, all calls, own seconds, seconds with callees, callers))."""
    return vars(pstats.Stats(profile))["stats"].items()


def _parser(mails: list[bytes]) -> Table:
    profile = cProfile.Profile(time.thread_time)
    profile.enable()
    for raw in mails:
        parse(raw)
    profile.disable()
    spent: dict[str, float] = defaultdict(float)
    for (file, _line, name), row in _calls(profile):
        module = file.partition("inbox/mime/")[2].removesuffix(".py")
        if module and not name.startswith(("_", "<")):
            spent[f"`{module}.{name}`"] = row[3] / len(mails)
    return _rows(spent)[:14]


if __name__ == "__main__":
    sys.exit(main())
