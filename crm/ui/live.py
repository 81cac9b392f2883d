"""Live updates: tell open pages what changed; the page asks for the part itself.

One channel a member, so that nobody is told of what he may not see. No word is kept, only
when the latest was said: a page that may have missed one asks anew when it connects.
"""

import json
import time
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

# A page older than this asks anew anyway
REMEMBERED = 3600
# Clocks of several hosts differ a little
SLACK = 1.0


def channel(workspace_id: int, member_id: int) -> str:
    return f"fio:live:{workspace_id}:{member_id}"


def publish(
    *, workspace_id: int, members: Iterable[int], topic: str, data: Mapping[str, Any] | None = None
) -> None:
    """Tell these members' open pages; a broker that is away costs the update, not the work."""
    word = json.dumps({"topic": topic, **(data or {})})
    try:
        pipe = client().pipeline(transaction=False)
        for member_id in set(members):
            name = channel(workspace_id, member_id)
            pipe.publish(name, word)
            pipe.set(f"{name}:at", time.time(), ex=REMEMBERED)
        pipe.execute()
    except redis.RedisError:
        return


def has_missed(name: str, *, age: float) -> bool:
    """Whether a word was said on a channel since a page was asked for, `age` seconds ago."""
    if age > REMEMBERED:
        return True
    try:
        latest = client().get(f"{name}:at")
    except redis.RedisError:
        return False
    return isinstance(latest, bytes) and float(latest) >= time.time() - age - SLACK


@cache
def client() -> redis.Redis:
    """The process's own connection pool to the broker."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=2,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 1),
    )
