"""One thing done to 5,000 conversations in the background, its worker killed, and taken back.

python -m bench.sweeping --write docs/sweeping.md
"""

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.db import connections
from django.utils import timezone

from bench import ground
from bench.figures import Figure, show, write
from crm.timeline.models import EventAbout
from inbox.actions import sweeping
from inbox.models import MailboxThread, Sweep
from inbox.queries import lists
from tests.inbox import post
from tests.world import World

AT_ONCE = 500
WORDS = """One member archives all of an inbox of {count} conversations. The worker is killed
(SIGKILL) half way, another one takes its place when the lease is over, and the whole is taken back;
then the same without a death, with the statements counted. Times are of one worker on two processor
cores, {load}."""

# A process of its own, which can be killed
WORKER = """
import sys, django
django.setup()
from inbox.actions import sweeping
sweeping.work(workspace_id=int(sys.argv[1]), sweep_id=int(sys.argv[2]))
"""


def main() -> int:
    """Returns 1 where a figure is not what it must be."""
    parser = argparse.ArgumentParser(prog="python -m bench.sweeping", description=__doc__)
    parser.add_argument("--count", type=int, default=5_000, help="conversations")
    parser.add_argument("--write", type=Path, help="the page to write, such as docs/sweeping.md")
    chosen = parser.parse_args()
    before = os.getloadavg()[1]
    with ground.database():
        sections = measure(World.build(), chosen.count)
    for title, figures in sections.items():
        show(title, figures)
    if chosen.write:
        load = f"load {before:.1f} at the beginning, {os.getloadavg()[1]:.1f} at the end"
        words = WORDS.format(count=f"{chosen.count:,}", load=load)
        write(chosen.write, "Bulk actions", words, "python -m bench.sweeping", sections)
    return 0 if all(each.holds for found in sections.values() for each in found) else 1


def measure(world: World, count: int) -> dict[str, list[Figure]]:
    """What stands after each step, held against what there must be."""
    fill(world, count)
    was = rows(world)
    sweep, asked = _begin(world)
    child = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(world.acme.pk), str(sweep.pk)], env=os.environ
    )
    half = _until(world, sweep, count // 2)
    child.kill()
    child.wait()
    told = _told(world, sweep)
    half_done = abs(told.done - _archived(world))
    with world.opened():
        Sweep.objects.update(lease_until=timezone.now())
    _work(world, sweep)
    done, doubled = _archived(world), _doubled(world)
    back, _statements = _back(world, sweep)
    after = rows(world)

    sweep, _asked = _begin(world)
    wall, statements = _work(world, sweep)
    thousand = statements * 1000 / count
    again, _statements = _back(world, sweep)
    return {
        "The worker killed": [
            Figure("until it is begun", asked * 1000, 5_000, " ms"),
            Figure("done when it was killed, as the page said", half),
            Figure("archived and not said so, or said and not archived", half_done, 0),
        ],
        "Gone on with to the end": [
            Figure("conversations that are not archived", count - done, 0),
            Figure("conversations that were archived twice", doubled, 0),
        ],
        "Taken back": [
            Figure("list rows that are not as they were", differ(was, after), 0),
            Figure("conversations a second", count / back),
        ],
        "Without a death": [
            Figure("from beginning to end", wall, unit=" s"),
            Figure("conversations a second", count / wall),
            Figure("statements for a thousand", thousand, 1_000),
            Figure("list rows that are not as they were when it is taken back",
                   differ(was, rows(world)), 0),
            Figure("taking back", again, unit=" s"),
        ],
    }  # fmt: skip


def fill(world: World, count: int) -> None:
    """A mailbox of Alice with so many conversations of one mail."""
    with world.opened():
        box = post.mailbox(world.alice, "alice@acme.test")
    for start in range(0, count, AT_ONCE):
        with world.opened():
            post.deliver(
                box,
                *(
                    post.mail(f"c{n}@customer{n % 97}.test", box.address, f"S{n}", id=f"{n}@x.test")
                    for n in range(start, min(start + AT_ONCE, count))
                ),
            )


def _begin(world: World) -> tuple[Sweep, float]:
    began = time.perf_counter()
    with world.opened():
        narrowed = lists.Filter(place="inbox")
        made = sweeping.begin(
            verb="archive", said={}, meant=narrowed, by=world.alice, at=timezone.now()
        )
    return made, time.perf_counter() - began


def _work(world: World, sweep: Sweep) -> tuple[float, int]:
    """Do it here; seconds, and how many statements it took."""
    seen = Counter[str]()

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen[sql[:6]] += 1
        return execute(sql, params, many, context)

    began = time.perf_counter()
    with connections["default"].execute_wrapper(count):
        sweeping.work(workspace_id=world.acme.pk, sweep_id=sweep.pk)
    return time.perf_counter() - began, seen.total()


def _back(world: World, sweep: Sweep) -> tuple[float, int]:
    with world.opened():
        sweeping.take_back(sweep=sweep, at=timezone.now())
    return _work(world, sweep)


def _until(world: World, sweep: Sweep, done: int) -> int:
    while (told := _told(world, sweep)).done < done:
        time.sleep(0.02)
    return int(told.done)


def _told(world: World, sweep: Sweep) -> Sweep:
    with world.opened():
        found: Sweep = Sweep.objects.get(pk=sweep.pk)
        return found


def _archived(world: World) -> int:
    with world.opened():
        return int(MailboxThread.objects.filter(place="archive").count())


def _doubled(world: World) -> int:
    """Conversations of which it is told more than once."""
    with world.opened():
        about = EventAbout.objects.filter(event__verb="thread.archive", kind="thread")
        told = Counter(about.values_list("object_id", flat=True))
        return sum(each > 1 for each in told.values())


def rows(world: World) -> dict[int, Any]:
    """How every row of the list stands, by its id."""
    with world.opened():
        columns = ("place", "unread_count", "archived_at", "restored_at", "done_at")
        found = MailboxThread.objects.values_list("pk", *columns)
        return {pk: rest for pk, *rest in found}


def differ(was: dict[int, Any], now: dict[int, Any]) -> int:
    """How many rows are not what they were."""
    return sum(now.get(pk) != rest for pk, rest in was.items())


if __name__ == "__main__":
    sys.exit(main())
