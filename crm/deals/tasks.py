"""Large stages take longer to remove than somebody waits for. That it is due stands in rows."""

import logging

import redis
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerAway

from crm.deals.actions import removing
from crm.deals.models import StageRemoval

log = logging.getLogger(__name__)
QUEUE = "default"
AWAY = (BrokerAway, redis.RedisError, OSError)


@shared_task(name="deals.remove_stage", soft_time_limit=None, time_limit=None)  # type: ignore[untyped-decorator]  # celery has no types
def remove_stage(*, workspace_id: int, removal_id: int) -> None:
    """Go on with the removal of one stage."""
    removing.work(workspace_id=workspace_id, removal_id=removal_id)


def ring(*, workspace_id: int, removal_id: int) -> None:
    """Have a removal taken up soon; where the broker is away the scheduler rings later."""
    try:
        remove_stage.apply_async(
            kwargs={"workspace_id": workspace_id, "removal_id": removal_id},
            queue=QUEUE,
            retry=False,
        )
    except AWAY as error:
        log.warning("the broker is away: %s", error)


def ring_after(removal: StageRemoval) -> None:
    """Ring once what asks for it is committed."""
    here, pk = removal.workspace_id, removal.pk
    transaction.on_commit(lambda: ring(workspace_id=here, removal_id=pk))


def ring_all() -> None:
    """Ring for every removal that is due."""
    for workspace_id, removal_id in removing.due_removals():
        ring(workspace_id=workspace_id, removal_id=removal_id)
