"""The last runs of each mailbox, for whoever looks into a trouble.

They are kept in Valkey for a week and hold numbers and codes only. Losing them costs nothing.
"""

import json
import time

import redis

from crm.ui import live, tally
from sync.actions.lease import Lease
from sync.actions.run import OCTETS, Run
from sync.queries import diary

WEEK = 7 * 24 * 3600


def note(lease: Lease, run: Run | None, *, began: float, code: str = "") -> None:
    """Write one run down; `began` is a time.monotonic() value, `code` an error's or empty."""
    stored = run.stored if run else 0
    entry = {
        "at": int(time.time()),
        "seconds": round(time.monotonic() - began, 2),
        "stored": stored,
        "octets": OCTETS - run.octets_left if run else 0,
        "code": code,
    }
    tally.add("rounds", code or "ok")
    tally.add("stored", by=stored)
    name = diary.key(lease.workspace_id, lease.mailbox_id)
    try:
        pipe = live.client().pipeline(transaction=False)
        pipe.lpush(name, json.dumps(entry))
        pipe.ltrim(name, 0, diary.MOST - 1)
        pipe.expire(name, WEEK)
        pipe.execute()
    except redis.RedisError:
        return
