"""Two reps side by side in one team's mailbox: how soon each sees what the other does.

python -m bench.together --conversations 30 --write docs/together.md
"""

import argparse
import os
import statistics
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from bench import figures
from bench.figures import Figure
from tests.browser import demo as demos
from tests.browser.conftest import ARGUMENTS
from tests.browser.demo import Demo
from tests.browser.desk import STEPS, Desk
from tests.browser.visits import Visits
from tests.servers import process

WORDS = """A demo with its real IMAP and SMTP server, and two browsers. Alice assigns, comments,
begins an answer, finishes and takes it back, has mail leave later, merges, splits, links, unlinks
and snoozes; a figure is the time from her last key or click to the moment Bob's page shows it,
without a reload."""
LATEST = 2.0


def main() -> int:
    """Returns 1 when a step is seen too late."""
    parser = argparse.ArgumentParser(prog="python -m bench.together", description=__doc__)
    parser.add_argument("--conversations", type=int, default=30)
    parser.add_argument("--write", type=Path, help="the page to write, such as docs/together.md")
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    with demos.ours("fio-together-") as demo:
        found = [
            Figure("runnable processes on this machine, of all its work", load),
            *_told(demo, chosen.conversations),
        ]
    title = f"{chosen.conversations} conversations side by side"
    figures.show(title, found)
    if chosen.write:
        command = f"python -m bench.together --conversations {chosen.conversations}"
        figures.write(chosen.write, "Side by side", WORDS, command, {title: found})
    return 0 if all(figure.holds for figure in found) else 1


def _told(demo: Demo, count: int) -> Iterator[Figure]:
    """Every step in turn, until so many conversations were worked on."""
    expect.set_options(timeout=45_000)
    with sync_playwright() as playwright:
        path = process.program("chromium", "chromium")
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        visits = Visits(demo, chromium, {})
        desk = Desk(demo, visits.of("alice"), visits.of("bob"))
        for number, step in enumerate(islice(cycle(STEPS), count), start=1):
            step(desk, desk.letter(f"Side by side {number}"))
        visits.end()
        chromium.close()
    for name, seconds in desk.waited.items():
        yield Figure(
            f"{name}: seen after, half of {len(seconds)}", statistics.median(seconds), unit=" s"
        )
        yield Figure(f"{name}: the latest", max(seconds), LATEST, " s")


if __name__ == "__main__":
    sys.exit(main())
