"""Lists, conversations and search, through the database roles that serve them."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connections

from bench import ground
from bench.table import Line
from inbox.queries import lists, reading
from inbox.queries.lists import Filter

TURNS = 15
COMMON, RARE, PHRASE = "delivery", "fria paulo pedido sensor", '"cold chain"'


def measure(office: ground.Office, count: int) -> dict[str, float]:
    """Median milliseconds of each read of a mailbox of `count` mails."""
    with connections["system"].cursor() as cursor:
        cursor.execute("ANALYZE")
    member, world = office.world.alice, office.world
    with world.opened():
        first = lists.threads(member, Filter(place="inbox"))
        longest = max(first.rows, key=lambda row: row.message_count)
    reads: dict[str, Callable[[], Any]] = {
        "inbox list of 50": lambda: lists.threads(member, Filter(place="inbox")),
        "next page": lambda: lists.threads(member, Filter(place="inbox"), after=first.after),
        "open a thread": lambda: reading.thread(member, longest.uid),
        "search, common word": lambda: lists.threads(member, Filter(query=COMMON)),
        "search, rare words": lambda: lists.threads(member, Filter(query=RARE)),
        "search, phrase": lambda: lists.threads(member, Filter(query=PHRASE)),
    }
    return {name: _median(world, read) for name, read in reads.items()}


def _median(world: ground.World, read: Callable[[], Any]) -> float:
    times = []
    for _turn in range(TURNS):
        with world.opened():
            started = time.perf_counter()
            read()
            times.append((time.perf_counter() - started) * 1e3)
    return statistics.median(times)


def compare(small: dict[str, float], large: dict[str, float], sizes: tuple[int, int]) -> list[Line]:
    """The large mailbox beside the small one: time must not grow with the mailbox."""
    return [
        Line(
            f"{name}: at {sizes[1]} ÷ at {sizes[0]}",
            f"{large[name]:.1f} ms",
            f"{small[name]:.1f} ms",
            large[name] / small[name],
            1.3 if name.startswith(("inbox", "next")) else None,
            is_limit=True,
        )
        for name in small
    ]


def wall(office: ground.Office) -> Line:
    """The list with row-level security on and off, turn by turn."""
    member, world = office.world.alice, office.world

    def read() -> None:
        lists.threads(member, Filter(place="inbox"))

    with_wall = _median(world, read)
    _security("NO FORCE ROW LEVEL SECURITY, DISABLE")
    try:
        without = _median(world, read)
    finally:
        _security("ENABLE ROW LEVEL SECURITY, FORCE")
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
        for table in (
            "inbox_mailboxthread",
            "inbox_thread",
            "inbox_mailbox",
            "inbox_mailboxmember",
        ):
            cursor.execute(f"ALTER TABLE {table} {words} ROW LEVEL SECURITY")
