"""Lists, conversations and search: whole requests, and the bare queries behind them."""

import gzip
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.test import Client

from bench import ground
from bench.table import Line
from inbox.queries import lists
from inbox.queries.lists import Filter

TURNS = 21
COMMON, RARE, PHRASE = "delivery", "fria paulo pedido sensor", '"cold chain"'
PART = {"HX-Request": "true"}
# Milliseconds a request may take, whatever the size of the mailbox
LIST, OPEN, SEARCH = 30.0, 30.0, 200.0
LIST_BYTES = 12_000


@dataclass
class Reads:
    """Milliseconds of each request of one mailbox, turn by turn, and what a list weighs."""

    times: dict[str, list[float]] = field(default_factory=dict)
    weight: int = 0

    def median(self, name: str) -> float:
        return statistics.median(self.times[name])

    def late(self, name: str) -> float:
        """The 95th percentile."""
        return statistics.quantiles(self.times[name], n=20)[-1]


def measure(office: ground.Office) -> Reads:
    """The part htmx asks for at each click, through middleware, walls and template."""
    with connections["system"].cursor() as cursor:
        cursor.execute("ANALYZE")
    browser, found = office.world.browser(office.world.alice), Reads()
    with office.world.opened():
        first = lists.threads(office.world.alice, Filter(place="inbox"))
        longest = max(first.rows, key=lambda row: row.message_count)
    inbox = "/acme/inbox/inbox/"
    pages: dict[str, tuple[str, dict[str, Any]]] = {
        "inbox list of 50": (inbox, {}),
        "next page": (inbox, {"after": first.after}),
        "open a thread": (f"/acme/inbox/t/{longest.uid}/", {}),
        "search, common word": ("/acme/inbox/search/", {"q": COMMON}),
        "search, rare words": ("/acme/inbox/search/", {"q": RARE}),
        "search, phrase": ("/acme/inbox/search/", {"q": PHRASE}),
    }
    for name, (path, query) in pages.items():
        found.times[name] = _times(partial(_get, browser, path, query))
    found.weight = len(gzip.compress(_get(browser, inbox, {}), 6))
    return found


def _get(browser: Client, path: str, query: dict[str, Any]) -> bytes:
    response = browser.get(path, query, headers=PART)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answers {response.status_code}")
    return bytes(response.content)


def _times(read: Callable[[], Any]) -> list[float]:
    read()
    times = []
    for _turn in range(TURNS):
        started = time.perf_counter()
        read()
        times.append((time.perf_counter() - started) * 1e3)
    return times


def bars(reads: Reads, size: int) -> list[Line]:
    """What a mailbox of this size is held to by itself."""
    held = [
        ("inbox list of 50", "p50", reads.median, LIST),
        ("open a thread", "p50", reads.median, OPEN),
        ("search, common word", "p95", reads.late, SEARCH),
        ("search, phrase", "p95", reads.late, SEARCH),
    ]
    lines = [
        _limit(f"{name} at {size}: {which}, ms", f"{at(name):.1f}", at(name), most)
        for name, which, at, most in held
    ]
    kib = reads.weight / 1000
    return [*lines, _limit("list response, KB gz", f"{kib:.1f}", kib, LIST_BYTES / 1000)]


def _limit(what: str, ours: str, value: float, most: float) -> Line:
    return Line(what, ours, f"limit {most:g}", value / most, 1.0, is_limit=True)


def compare(small: Reads, large: Reads, sizes: tuple[int, int]) -> list[Line]:
    """The large mailbox beside the small one: time must not grow with the mailbox."""
    return [
        Line(
            f"{name}: at {sizes[1]} ÷ at {sizes[0]}",
            f"{large.median(name):.1f} ms",
            f"{small.median(name):.1f} ms",
            large.median(name) / small.median(name),
            1.3 if name.startswith(("inbox", "next")) else None,
            is_limit=True,
        )
        for name in small.times
    ]


def first_load(office: ground.Office) -> Line:
    """The inbox page with all styles and scripts it names, as a browser gets them first."""
    browser = office.world.browser(office.world.alice)
    page = browser.get("/acme/inbox/inbox/").content
    names = set(re.findall(rb'(?:href|src)="/static/([^"?]+\.(?:css|js))"', page))
    files = [Path(settings.STATIC_ROOT) / name.decode() for name in names]
    weight = sum(len(gzip.compress(raw, 6)) for raw in [page, *(f.read_bytes() for f in files)])
    return _limit("first load of the inbox, KB gz", f"{weight / 1000:.0f}", weight / 1000, 150)


def wall(office: ground.Office) -> Line:
    """The whole request of the list with row-level security on and off, turn by turn."""
    browser = office.world.browser(office.world.alice)

    def read() -> None:
        _get(browser, "/acme/inbox/inbox/", {})

    on: list[float] = []
    off: list[float] = []
    for _round in range(3):
        on += _times(read)
        _security("NO FORCE ROW LEVEL SECURITY, DISABLE")
        try:
            off += _times(read)
        finally:
            _security("ENABLE ROW LEVEL SECURITY, FORCE")
    with_wall, without = statistics.median(on), statistics.median(off)
    return Line(
        "row-level security on ÷ off, inbox list",
        f"{with_wall:.1f} ms",
        f"{without:.1f} ms",
        with_wall / without,
        1.10,
        is_limit=True,
    )


def _security(words: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relkind = 'r'"
            if words.startswith("NO FORCE")
            else "SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {words} ROW LEVEL SECURITY")
