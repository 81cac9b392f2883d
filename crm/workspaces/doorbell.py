"""Ringing for work that a worker does: that it is due stands in rows, a task only says so sooner.

A task that is lost, late or rung for twice does no harm; where the broker is away, the scheduler
rings for what is due, or whoever rings does it himself.
"""

import logging
from collections.abc import Callable
from typing import Any, ParamSpec, cast

import redis
from celery import shared_task
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
P = ParamSpec("P")
# Whatever a broker that is not there raises
AWAY = (OperationalError, redis.RedisError, OSError)
# For what takes as long as it takes
UNLIMITED: dict[str, None] = {"soft_time_limit": None, "time_limit": None}


def task(name: str, **options: Any) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Celery's own `shared_task`, with the types that Celery does not have."""
    return cast(Callable[[Callable[P, None]], Callable[P, None]], shared_task(name=name, **options))


def ring(work: Callable[P, None], queue: str, /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Put a task into a queue; raises one of AWAY."""
    cast(Any, work).apply_async(args=args, kwargs=kwargs, queue=queue, retry=False)


def try_ring(work: Callable[P, None], queue: str, /, *args: P.args, **kwargs: P.kwargs) -> bool:
    """As `ring`; False where the broker is away, which the log is told."""
    try:
        ring(work, queue, *args, **kwargs)
    except AWAY as error:
        log.warning("the broker is away: %s", error)
        return False
    return True
