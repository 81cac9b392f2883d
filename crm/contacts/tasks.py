"""Imports take longer than somebody waits for. That they are due stands in the database."""

import logging

import redis
from celery import shared_task
from kombu.exceptions import OperationalError as BrokerAway

from crm.contacts import actions

log = logging.getLogger(__name__)
QUEUE = "default"
AWAY = (BrokerAway, redis.RedisError, OSError)


@shared_task(name="contacts.import", soft_time_limit=None, time_limit=None)  # type: ignore[untyped-decorator]  # celery has no types
def run(*, workspace_id: int, import_id: int) -> None:
    """Do what is to be done of one import."""
    actions.work(workspace_id=workspace_id, import_id=import_id)


def ring(*, workspace_id: int, import_id: int) -> None:
    """Have an import taken up soon; where the broker is away the scheduler rings later."""
    try:
        run.apply_async(
            kwargs={"workspace_id": workspace_id, "import_id": import_id}, queue=QUEUE, retry=False
        )
    except AWAY as error:
        log.warning("the broker is away: %s", error)


def ring_all() -> None:
    """Ring for every import that is due."""
    for workspace_id, import_id in actions.due_imports():
        ring(workspace_id=workspace_id, import_id=import_id)
