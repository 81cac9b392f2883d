"""Counts of what happened, kept in Valkey for all processes together; `/metrics` tells them.

Losing them costs a dent in a chart: a count that begins anew is what Prometheus expects.
"""

from typing import Any

import redis

from crm.ui import live

KEY = "fio:tally"


def add(name: str, label: str = "", *, by: int = 1) -> None:
    """Count something; a broker that is away costs the count, not the work."""
    if by:
        try:
            live.client().hincrby(KEY, f"{name}:{label}", by)
        except redis.RedisError:
            return


def counted() -> dict[tuple[str, str], int]:
    """Every count by name and label; raises redis.RedisError."""
    rows: Any = live.client().hgetall(KEY)
    found = {}
    for key, count in rows.items():
        name, _colon, label = key.decode().partition(":")
        found[name, label] = int(count)
    return found
