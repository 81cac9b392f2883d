"""Tasks that come twice, late or never, and a queue that is emptied."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from django.conf import settings
from django.db import connections

from crm.config.celery import LANES
from inbox.models import Message, Outgoing
from sync import tasks
from sync.actions import claim
from sync.management.commands import scheduler
from sync.models import Schedule
from tests.servers.fixtures import Box, mail
from tests.servers.sink import Sink
from tests.sync.office import Office
from tests.sync.patience import until
from tests.world import World

pytestmark = pytest.mark.peers


def ticket(office: Office, lane: str) -> dict[str, int]:
    """What a task is given that was rung for now."""
    held = office.lease(lane)
    return {
        "workspace_id": held.workspace_id,
        "mailbox_id": held.mailbox_id,
        "fence": held.fence,
    }


def twice(task: object, given: dict[str, int], between: Callable[[], None] = lambda: None) -> None:
    """Two workers get the same task, the second as soon as `between` has happened."""

    def run() -> None:
        try:
            task(**given)  # type: ignore[operator]  # a Celery task
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        first = both.submit(run)
        between()
        second = both.submit(run)
        first.result()
        second.result()


@pytest.mark.parametrize("count", [1, 3])
def test_f59_it_sends_once_what_the_queue_delivered_twice(
    world: World, box: Box, smtp_sink: Sink, count: int
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    smtp_sink.delay = 0.5
    items = [office.write(f"p{n}@customer.test", subject=f"Offer {n}") for n in range(count)]

    def half_way() -> None:
        until(lambda: office.outgoing(items[0]).state == Outgoing.State.SENDING)

    twice(tasks.push, ticket(office, "out"), half_way)
    assert sorted(found.recipients[0] for found in smtp_sink.mails) == [
        f"p{n}@customer.test" for n in range(count)
    ]
    assert {office.outgoing(item).state for item in items} == {Outgoing.State.SENT}


def test_f59_it_does_nothing_for_a_task_that_was_done(
    world: World, box: Box, smtp_sink: Sink
) -> None:
    office = Office.open(world, box, smtp_port=smtp_sink.port)
    given = ticket(office, "out")
    tasks.push(**given)
    item = office.write("dana@customer.test")
    tasks.push(**given)
    assert office.outgoing(item).state == Outgoing.State.QUEUED and smtp_sink.mails == []


def test_f59_it_reads_once_what_the_queue_delivered_twice(world: World, box: Box) -> None:
    box.put(*(mail(n) for n in range(20)))
    office = Office.open(world, box)
    given = ticket(office, "in")
    twice(tasks.pull, given)
    assert office.decisions() == {"imported": 20}
    with world.opened():
        assert Message.objects.count() == 20
        assert Schedule.objects.get(lane="in").fence == given["fence"] + 1


def test_f59_it_rings_again_for_what_was_in_a_queue_that_was_emptied(
    world: World, box: Box
) -> None:
    """Valkey holds nothing that would be missed: it is flushed with tasks waiting in it."""
    box.put(mail(1))
    office = Office.open(world, box)
    valkey = redis.Redis.from_url(settings.REDIS_URL)
    valkey.flushdb()
    assert scheduler.round_("first") == 2
    assert sum(valkey.llen(lane) for lane in LANES) == 2
    valkey.flushdb()
    assert claim.claim(owner="second") == []
    with world.opened(), connections["default"].cursor() as cursor:
        # What the claim wrote: due again when the lease is over. That time passes.
        cursor.execute(
            "UPDATE sync_schedule SET due_at = due_at - interval '131 seconds',"
            " lease_until = lease_until - interval '131 seconds'"
        )
    assert scheduler.round_("third") == 2
    assert sum(valkey.llen(lane) for lane in LANES) == 2
    valkey.flushdb()
    assert office.pull().state == "active"
