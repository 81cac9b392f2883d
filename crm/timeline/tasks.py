"""Ringing for what is due; that it is due stands in the database."""

import logging

import redis
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway

from crm.timeline.actions import reminding

log = logging.getLogger(__name__)
QUEUE = "mail.maint"
AWAY = (BrokerAway, redis.RedisError, OSError)


@shared_task(name="timeline.remind")  # type: ignore[untyped-decorator]  # Celery has no types
def remind(*, workspace_id: int, **_: object) -> None:
    """Tell the members of one workspace of what they asked to be reminded of."""
    reminding.remind(workspace_id=workspace_id, at=timezone.now())


def ring_all() -> None:
    """Ring for every workspace in which a reminder is due."""
    for workspace_id in reminding.due_reminders(at=timezone.now()):
        remind.apply_async(kwargs={"workspace_id": workspace_id}, queue=QUEUE, retry=False)
