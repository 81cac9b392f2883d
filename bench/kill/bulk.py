"""Workers are killed while one thing is done to thousands of conversations and taken back."""

import random
from collections import Counter
from typing import Any

from django.utils import timezone

from bench import ground, sweeping
from bench.figures import Figure
from bench.ground import Office, World
from bench.kill import labor
from crm.timeline.models import EventAbout
from inbox import tasks
from inbox.models import MailboxThread, Sweep
from inbox.queries import lists
from tests.servers.stack import Stack

# At most so many kills within one run over all of them, forth or back
MOST = 5


def story(server: Any, certificate: Any, *, threads: int, kills: int) -> list[Figure]:
    """Archived and taken back again and again, killed on the way; each changed exactly once."""
    office = Office.open(ground.World.build(), ground.box(server, certificate))
    world, luck = office.world, random.Random(5)
    sweeping.fill(world, threads)
    was = sweeping.rows(world)
    rounds = max(1, -(-kills // (2 * MOST)))
    each = -(-kills // (2 * rounds))
    killed = missed = unlike = 0

    def along(running: Stack, sweep: Sweep, *, back: bool, most: int) -> int:
        def done() -> int:
            with world.opened():
                sweep.refresh_from_db()
            return threads if sweep.finished_at else _far(sweep, threads, back=back)

        return labor.kill_along(
            running,
            most,
            threads,
            done,
            lambda: luck.uniform(0, 0.3),
            kill=lambda stack, number: labor.workers(stack, number, both=1),
        )

    with labor.working(office) as running:
        for _round in range(rounds):
            sweep = _begin(world)
            killed += along(running, sweep, back=False, most=min(each, kills - killed))
            missed += threads - _archived(world)
            _take_back(world, sweep)
            killed += along(running, sweep, back=True, most=min(each, kills - killed))
            unlike += sweeping.differ(was, sweeping.rows(world))
    told = _told(world)
    return [
        Figure("kill -9 of the worker and the scheduler", killed),
        Figure("times all were archived and all was taken back", rounds),
        Figure("conversations", threads),
        Figure("left out, of all times", missed, 0),
        Figure("told of more or less than once each time", _wrong(told, threads, rounds), 0),
        Figure("rows that were not as before when it was taken back", unlike, 0),
        Figure("changes that did not come to their end", _open(world), 0),
    ]


def _far(sweep: Sweep, threads: int, *, back: bool) -> int:
    """How far it is; all but the last step of it, until it says that it is over."""
    return min(threads - sweep.done if back else sweep.done, threads - 1)


def _begin(world: World) -> Sweep:
    with world.opened():
        meant = lists.Filter(place="inbox")
        now = timezone.now()
        return tasks.begin(verb="archive", said={}, meant=meant, by=world.alice, at=now)


def _take_back(world: World, sweep: Sweep) -> None:
    with world.opened():
        tasks.take_back(sweep, at=timezone.now())


def _archived(world: World) -> int:
    with world.opened():
        return int(MailboxThread.objects.filter(place="archive").count())


def _told(world: World) -> Counter[int]:
    """How often it is told of each conversation that it was archived."""
    with world.opened():
        about = EventAbout.objects.filter(event__verb="thread.archive", kind="thread")
        return Counter(about.values_list("object_id", flat=True))


def _wrong(told: Counter[int], threads: int, rounds: int) -> int:
    return sum(each != rounds for each in told.values()) + abs(threads - len(told))


def _open(world: World) -> int:
    with world.opened():
        return int(Sweep.objects.exclude(state="undone").count())
