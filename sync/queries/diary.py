"""The last runs of each mailbox, as the engine wrote them down: numbers and codes only."""

import json
from collections.abc import Sequence
from typing import Any

import redis

from crm.ui import live

MOST = 50


def key(workspace_id: int, mailbox_id: int) -> str:
    """Where the runs of a mailbox are kept."""
    return f"fio:runs:{workspace_id}:{mailbox_id}"


def last(mailboxes: Sequence[tuple[int, int]], *, most: int = MOST) -> list[list[dict[str, Any]]]:
    """The last runs of each (workspace id, mailbox id), newest first, in one round trip.

    A run has `at` (seconds since 1970), `seconds`, `stored`, `octets` and `code`, an error's or
    empty. There are none while Valkey is away.
    """
    try:
        pipe = live.client().pipeline(transaction=False)
        for workspace_id, mailbox_id in mailboxes:
            pipe.lrange(key(workspace_id, mailbox_id), 0, most - 1)
        return [[json.loads(row) for row in rows] for rows in pipe.execute()]
    except redis.RedisError:
        return [[] for _mailbox in mailboxes]
