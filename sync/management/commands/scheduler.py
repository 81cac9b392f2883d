"""`manage.py scheduler`: claims what is due and rings for it."""

import logging
import signal
import threading
from typing import Any

import psycopg
import redis
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerAway

from sync import tasks
from sync.actions import claim

log = logging.getLogger(__name__)
LOCK = 0x46494F01
TICK = 0.25
STANDBY = 2.0


class Command(BaseCommand):
    help = "Claim due mailboxes and hand them to the workers, until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        while not stopping.is_set():
            try:
                run(stopping)
            except (OperationalError, InterfaceError, psycopg.OperationalError) as error:
                log.warning("the database is away: %s", error)
                claim.hang_up()
                stopping.wait(1.0)


def run(stopping: threading.Event) -> None:
    """Be the scheduler, or stand by until the one there is goes away."""
    while not claim.try_lock(LOCK):
        if stopping.wait(STANDBY):
            return
    owner = claim.new_owner("scheduler")
    listening = claim.listen("fio_due")
    log.info("scheduling as %s", owner)
    while not stopping.is_set():
        if round_(owner) < claim.BATCH:
            for _heard in listening.notifies(timeout=TICK, stop_after=1):
                break


def round_(owner: str) -> int:
    """Claim once and ring for each lane; returns how many there were."""
    claim.wake()
    claimed = claim.claim(owner=owner)
    for position, item in enumerate(claimed):
        try:
            ring(item)
        except (BrokerAway, redis.RedisError, OSError) as error:
            log.warning("the broker is away: %s", error)
            claim.give_back([each.lease for each in claimed[position:]])
            return 0
    return len(claimed)


def ring(item: claim.Claimed) -> None:
    """Put the task into its line."""
    lease = item.lease
    task = tasks.push if lease.lane == "out" else tasks.pull
    task.apply_async(
        kwargs={
            "workspace_id": lease.workspace_id,
            "mailbox_id": lease.mailbox_id,
            "fence": lease.fence,
        },
        queue=item.queue,
        retry=False,
    )
