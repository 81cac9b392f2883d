"""`make kill`: processes killed, robbed and put to sleep at work; nothing lost, nothing doubled.

Each story's figures are kept in --state when it is over, so what broke off goes on there.
"""

import argparse
import json
import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bench import figures, ground
from bench.figures import Figure
from bench.kill import bulk, scheduled, stories, writing

WORDS = """A worker of the production command lines works with a real PostgreSQL, Valkey, Dovecot
and SMTP server, while it is killed (`kill -9`), robbed of its lane, or stopped (`SIGSTOP`) past its
lease. Every figure is counted against the server's own mailbox, listed by another client, and
against what arrived. The lease of a dead worker is ended at once, for which all would else wait two
minutes. While programs write, the web server dies with all its processes, and whoever heard nothing
asks again with the same Idempotency-Key; planned mails are stopped around their time, and what is
done to all of a list is done and taken back until there were enough kills."""
Story = Callable[[], list[Figure]]


def main() -> int:
    """Returns 1 when a figure misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m bench.kill", description=__doc__)
    parser.add_argument("--mails", type=int, default=2000, help="in the mailbox; 20000 in full")
    parser.add_argument("--sends", type=int, default=200, help="in the outbox; 1000 in full")
    parser.add_argument("--scheduled", type=int, default=300, help="planned within a minute")
    parser.add_argument("--threads", type=int, default=5000, help="changed at once")
    parser.add_argument("--kills", type=int, default=10, help="in each story; 50 in full")
    parser.add_argument("--only", help="stories by their first word, separated by commas")
    parser.add_argument("--state", type=Path, help="a file that keeps what is done")
    parser.add_argument("--write", type=Path, help="the page to write, such as docs/kill.md")
    chosen = parser.parse_args()
    done = _known(chosen.state)
    with ground.servers() as (server, certificate):
        for title, story in _stories(chosen, server, certificate).items():
            if title in done or not _wanted(title, chosen.only):
                continue
            ground.wipe()
            load = Figure("runnable processes on this machine, of all its work", os.getloadavg()[1])
            done[title] = [load, *story()]
            if chosen.state:
                _keep(chosen.state, done)
            figures.show(title, done[title])
        ground.wipe()
    if chosen.write:
        command = "python -m bench.kill " + shlex.join(_arguments(sys.argv[1:]))
        figures.write(chosen.write, "Killed at work", WORDS, command, done)
    return 0 if all(figure.holds for found in done.values() for figure in found) else 1


def _stories(chosen: argparse.Namespace, server: object, certificate: object) -> dict[str, Story]:
    mails, sends, kills = chosen.mails, chosen.sends, chosen.kills
    both = (server, certificate)
    planned, threads = chosen.scheduled, chosen.threads
    few = max(mails // 4, 100)
    return {
        f"Reading {mails} mails, killed {kills} times": lambda: stories.reading(
            *both, mails=mails, kills=kills
        ),
        f"Sending {sends} mails, killed {kills} times": lambda: stories.sending(
            *both, mails=sends, kills=kills
        ),
        f"Writing while the web server is killed {kills} times": lambda: writing.story(
            *both, kills=kills
        ),
        f"Scheduled mails, {planned} due within a minute, killed {kills} times": lambda: (
            scheduled.story(*both, mails=planned, kills=kills)
        ),
        f"Bulk changes of {threads} conversations, killed {kills} times": lambda: bulk.story(
            *both, threads=threads, kills=kills
        ),
        f"Two workers forced onto one mailbox of {few} mails": lambda: stories.robbed(
            *both, mails=few
        ),
        f"Stopped past its lease, reading {few} mails": lambda: stories.asleep(*both, mails=few),
        f"Stopped past its lease, sending {min(sends, 60)} mails": lambda: stories.asleep_sending(
            *both, mails=min(sends, 60)
        ),
    }


def _wanted(title: str, only: str | None) -> bool:
    return only is None or title.split()[0].lower() in only.lower().split(",")


def _arguments(given: list[str]) -> list[str]:
    """The options that say what was done, without where it was kept."""
    where = {"--state", "--write"}
    return [
        word
        for before, word in zip(["", *given], given, strict=False)
        if word.partition("=")[0] not in where and before not in where
    ]


def _known(state: Path | None) -> dict[str, list[Figure]]:
    if state is None or not state.exists():
        return {}
    rows = json.loads(state.read_text())
    return {title: [Figure(**each) for each in found] for title, found in rows.items()}


def _keep(state: Path, done: dict[str, list[Figure]]) -> None:
    rows = {title: [asdict(figure) for figure in found] for title, found in done.items()}
    state.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    sys.exit(main())
