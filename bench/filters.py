"""Every filter of the inbox at 200,000 mails: `python -m bench.filters`.

Twenty mailboxes in one workspace, 200,000 mails in one of them, and a member who works in all.
Times are whole requests of the part a click asks for, with the count above the list.
"""

import argparse
import os
import statistics
import sys
from functools import partial
from pathlib import Path
from typing import Any

from bench import crowded, ground, reading
from bench.table import Line, show, write
from inbox.queries import lists
from tests.world import World

WORDS = """{mails:,} mails in {threads:,} conversations of one team's mailbox, nineteen mailboxes
beside it with 2,000 mails each, of which a member works in all but two, whose mail a colleague
shares. Every second conversation belongs to a person, every fortieth to a deal, and in teams'
mailboxes every sixth is somebody's; every thirtieth holds something tracked. One label lies on the
oldest tenth of all. The middle of 21 whole requests of the part that a click asks for, with how
many there are above the list (for a search the 95th percentile), through sessions, both tenant
walls and templates. Rows of a list that were shown before are remembered by the process. Two
processor cores; {load}."""
FILTERS: dict[str, dict[str, str]] = {
    "no filter": {},
    "unread": {"unread": "1"},
    "assigned to me": {"whose": "me"},
    "assigned to somebody": {"whose": "somebody"},
    "assigned to nobody": {"whose": "nobody"},
    "linked": {"linked": "yes"},
    "not linked": {"linked": "no"},
    "open deal": {"deal": "open"},
    "from a contact": {"contact": "1"},
    "with a file": {"files": "1"},
    "awaiting my answer": {"awaiting": "me"},
    "awaiting theirs": {"awaiting": "them"},
    "with tracking": {"tracking": "1"},
    "not linked, unread": {"linked": "no", "unread": "1"},
    "from a contact, with a file, awaiting my answer": {
        "contact": "1", "files": "1", "awaiting": "me",
    },
}  # fmt: skip
SEARCHES = {
    "a common word": {"q": reading.COMMON},
    "rare words": {"q": reading.RARE},
    "a phrase": {"q": reading.PHRASE},
    "of one sender": {"q": "from:p500@firm.test"},
    "a common word with a file": {"q": f"{reading.COMMON} has:attachment"},
    "unread with a common word": {"q": f"{reading.COMMON} is:unread"},
}
PLACES = ("snoozed", "sent", "archive", "all", "trash")


def main() -> int:
    """Returns 1 when a line misses its bar."""
    parser = argparse.ArgumentParser(prog="python -m bench.filters", description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of so many mails")
    parser.add_argument("--write", type=Path, help="the page to write, such as docs/filters.md")
    chosen, before = parser.parse_args(), os.getloadavg()[1]
    with ground.database():
        world = World.build()
        lines = measure(world, crowded.fill(world, chosen.share))
    missed = show(lines)
    if chosen.write:
        load = f"load {before:.1f} at the beginning, {os.getloadavg()[1]:.1f} at the end"
        mails, threads = (round(many * chosen.share) for many in crowded.LARGE)
        words = WORDS.format(mails=mails, threads=threads, load=load)
        write(chosen.write, words, "python -m bench.filters", lines, "Speed of filters")
    return 1 if missed else 0


def measure(world: World, crowd: crowded.Crowd) -> list[Line]:
    """Every filter of all mailboxes together and of the large one, other lists, and searches."""
    browser = world.browser(world.bob)
    named = {"common": crowd.common, "rare": crowd.rare, "of old mail": crowd.old}
    labels = {f"label, {name}": {"label": str(label.uid)} for name, label in named.items()}
    inbox, large = "/acme/inbox/inbox/", f"/acme/inbox/mailbox/{crowd.box.uid}/inbox/"
    pages: dict[str, tuple[str, dict[str, Any]]] = {}
    for whose, path in (("all mailboxes", inbox), ("the large one", large)):
        for name, asked in (FILTERS | labels).items():
            pages[f"{whose}: {name}"] = (path, asked)
    pages |= {f"all mailboxes: {place}": (f"/acme/inbox/{place}/", {}) for place in PLACES}
    with world.opened():
        first = lists.threads(world.bob, lists.Filter(place="inbox"))
        longest = max(first.rows, key=lambda row: row.message_count)
    pages["all mailboxes: the next page"] = (inbox, {"after": first.after})
    pages["a conversation"] = (f"/acme/inbox/t/{longest.uid}/", {})
    lines = []
    for name, (path, query) in pages.items():
        times = reading._times(partial(reading._get, browser, path, query))
        lines.append(_line(f"{name}: p50, ms", statistics.median(times), reading.LIST))
    for name, query in SEARCHES.items():
        times = reading._times(partial(reading._get, browser, "/acme/inbox/search/", query))
        late = statistics.quantiles(times, n=20)[-1]
        lines.append(_line(f"search, {name}: p95, ms", late, reading.SEARCH))
    return lines


def _line(what: str, took: float, most: float) -> Line:
    return Line(what, f"{took:.1f}", f"limit {most:g}", took / most, 1.0, is_limit=True)


if __name__ == "__main__":
    sys.exit(main())
