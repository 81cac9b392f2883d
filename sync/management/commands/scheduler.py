"""`manage.py scheduler`: claims what is due and rings for it."""

import logging
import signal
import threading
import time
from typing import Any

import psycopg
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError

from crm.contacts import tasks as contacts
from crm.deals import tasks as deals
from crm.timeline import tasks as timeline
from crm.workspaces import doorbell
from crm.workspaces import tasks as workspaces
from inbox import tasks as inbox
from sync import tasks
from sync.actions import claim, upkeep
from tracking import tasks as tracking

log = logging.getLogger(__name__)
LOCK = 0x46494F01
TICK = 0.25
STANDBY = 2.0
# How often the workspaces that are to be tidied are looked for
TIDY_EVERY = 30.0


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
    tidied_at = 0.0
    while not stopping.is_set():
        if time.monotonic() - tidied_at >= TIDY_EVERY:
            tidied_at = time.monotonic()
            tidy()
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
        except doorbell.AWAY as error:
            log.warning("the broker is away: %s", error)
            claim.give_back([each.lease for each in claimed[position:]])
            return 0
    return len(claimed)


def tidy() -> None:
    """Ring for the workspaces that are to be tidied; one not rung for is due again later."""
    try:
        workspaces.ring_all()
        timeline.ring_all()
        contacts.ring_all()
        deals.ring_all()
        inbox.ring_all()
        tracking.ring_all()
    except doorbell.AWAY as error:
        log.warning("the broker is away: %s", error)
        return
    for turn in upkeep.claim():
        given = {"workspace_id": turn.workspace_id, "fence": turn.fence}
        if not doorbell.try_ring(tasks.tidy, "mail.maint", **given):
            return


def ring(item: claim.Claimed) -> None:
    """Put the task into its line."""
    lease = item.lease
    task = tasks.push if lease.lane == "out" else tasks.pull
    doorbell.ring(
        task,
        item.queue,
        workspace_id=lease.workspace_id,
        mailbox_id=lease.mailbox_id,
        fence=lease.fence,
    )
