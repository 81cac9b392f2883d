"""Live updates: tell open pages what changed; the page asks for the part itself.

One channel a member, so that nobody is told of what he may not see. Nothing is
kept: a page that missed a word asks anew when it reconnects.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import redis
from django.conf import settings


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
            pipe.publish(channel(workspace_id, member_id), word)
        pipe.execute()
    except redis.RedisError:
        return


@cache
def client() -> redis.Redis:
    """The process's own connection pool to the broker."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2)
